// The first sieve, scanned over every source file at some hundred megabytes a second.
//
// A rule tagged `word` says what a file mentions; strings and comments count too. A rule tagged `chain` combines
// the words that a finding needs. A source file in which no chain matches holds nothing that a rule could report,
// so it is not parsed: tests compare the findings with and without the sieve. What is widened in the catalogue of
// names (python/catalogue/) is widened here.
//
// The scan is not watched by a clock, so each pattern must cost little on any text: `\b` stands before a list of words
// that follows blanks (else each blank tries them all), and the start of a repetition is written out where one of its
// characters alone would have the scanner look back from each.

// --- sources ---------------------------------------------------------------------------------------------

rule network : word {
  strings:
    $import = /(import|from)[ \t\\]+\b(requests|httpx|aiohttp|httplib2?|http\.client|cloudscraper|pycurl|curl_cffi|tls_client|niquests|treq|grequests|hrequests|requests_html|requests_futures|primp|pyppeteer|socket|_socket|ssl|ftplib|smtplib|telnetlib|xmlrpc|paramiko|websockets?|wget|gdown|dns|boto3|dropbox|telebot|telegram|discord|dhooks|discord_webhook|pip\._vendor|pip\._internal)\b/
    $urllib = /import[ \t\\]+urllib[23]?([ \t]+as\b|[ \t]*[\r\n,;)]|\.request)|from[ \t\\]+urllib([23]\b|\.request\b|[ \t\\]+import[ \t\\]*([^\n]{0,120}(request|url|\*)|\())/
    $request = /\burllib[ \t]*\.[ \t]*(request|URL|Fancy|url)/
    $client = /(import|from)[ \t\\]+\b(motor|web3|telethon|pyrogram|imaplib|poplib|nntplib|slack_sdk|slackclient|slack_bolt|paho|mechanize|mechanicalsoup|robobrowser|pika|zmq|gspread|praw|asyncpraw|tweepy|minio|pysftp|asyncssh|fsspec|smart_open|pooch|geventhttpclient|xmlrpclib|zeep|suds|tornado|multiprocessing\.(connection|managers)|setuptools\.package_index|six\.moves|socketserver|SocketServer|asyncore|asynchat|twisted|trio|anyio|gevent|eventlet|git|pygit2|dulwich|huggingface_hub)\b/
    $store = /(import|from)[ \t\\]+\b((aio)?redis|pymongo|psycopg2?|pymysql|MySQLdb|mysql\.connector|aiomysql|asyncpg|pymssql|oracledb|cx_Oracle|cassandra|clickhouse_(driver|connect)|elasticsearch|opensearchpy|etcd3|consul|(confluent_|aio)?kafka|aio_pika|kombu|stomp|nats|aiomqtt|gmqtt|p?ymemcache|couchdb|arango|neo4j|influxdb_client|ldap3?|pysnmp|ntplib|whois|smb|smbclient|smbprotocol|webdav[34]|aiodns|pycares|aioftp|aioimaplib|fabric|spur)\b/
    $forge = /(import|from)[ \t\\]+\b(google\.cloud|googleapiclient|azure|firebase_admin|firebase|pyrebase|supabase|github|gitlab|wikipedia|wikipediaapi|feedparser|newspaper|mastodon|atproto|instagrapi|aiogram|nextcord|disnake|notion_client|pyairtable|trello|jira|solana|ipfshttpclient|libtorrent|socketio|selenium|seleniumwire|playwright|splinter|gql|grpc|rpyc|Pyro[45]|scapy)\b/
    $imported = /import[ \t][^\n#;'"(]{1,80},[ \t\\]*(requests|httpx|aiohttp|urllib[23]?|socket|ssl|http|ftplib|smtplib|paramiko|websockets?|wget|dns|redis|boto3|telebot|git|huggingface_hub)\b/
    $http = /from[ \t]+http[ \t]+import[ \t\\]*([^\n]{0,80}(client|server|\*)|\()/
    $called = /(__import__|import_module|import_|reload)[ \t\\]*\([^\n]{0,20}['"](requests|httpx|aiohttp|urllib|http|socket|ssl|ftplib|smtplib|paramiko|websocket|wget|dns|_socket)/
    $name = /urlopen|urlretrieve|create_connection|open_connection|HTTPS?Connection|sys\.modules\[['"](requests|urllib|socket|http)/
    $git = /Dispatch[ \t]*\([ \t]*['"](WinHttp|MSXML|Microsoft\.XMLHTTP|InternetExplorer)/
  condition:
    any of them
}

rule secret : word {
  strings:
    $encoded1 = ".ssh/id" base64
    $encoded2 = ".aws/cred" base64
    $encoded3 = "Login Data" base64
    $encoded4 = "leveldb" base64
    $keys = /\.ssh\b|id_rsa|id_ed25519|\.aws[\/\\'"]|netrc|pypirc|\.kube\b|\.docker[\/\\'"]|\.npmrc|git-credentials|\.gnupg|gcloud[\/\\]|\.azure[\/\\]|169\.254\.169|2852039166|serviceaccount\/|get_credentials|\.s['"][ \t]*\+|metadata\.google|\/etc\/(passwd|shadow)|\.config[\/\\]+gh|[\/\\'"]\.env['"]|_history['"]/
    $browser = /Login ?Data|Local ?State|leveldb|[\/\\'"]Cookies['"]|cookies\.sqlite|key[34]\.db|logins\.json|CryptUnprotect|browser_?cookie|browserhistory|pycookiecheat|rookiepy|secretstorage|User Data|Google[\/\\'", ]+Chrome|google-chrome|[\/\\]Firefox|\.mozilla\b|BraveSoftware|Opera Software|\bkeyring\b|[\/\\]Telegram|tdata\b|[Dd]iscord(canary|ptb)|[\/\\]Slack/
    $wallet = /[\/\\'"][Ww]allets?['"\/\\.]|wallet\.dat|[Mm]eta[Mm]ask|Exodus|Electrum|[\/\\'"]keystore['"\/\\]|nkbihfbe|Coinomi|Armory[\/\\]|Bytecoin|\.solana\b|Guarda[\/\\]|Jaxx[\/\\]|solana[\/\\]/
    $registry = /RobloxStudioBrowser|ROBLOSECURITY|IntelliForms|Messaging Subsystem|SimonTatham|Martin Prikryl|OpenSSH[\/\\]+Agent|WinVNC|TightVNC|RealVNC|TigerVNC/ nocase
  condition:
    any of them
}

rule taken : word {
  strings:
    $host = /gethostname|getfqdn|gethostby(name|addr)|\bgetuser\b|\bgetlogin\b|\bgetnode\b|platform[ \t]*\.[ \t]*(node|uname|platform)\b|from[ \t]+platform[ \t]+import|os[ \t]*\.[ \t]*uname|getpwuid|net_if_addrs|get_mac_address|GetUserName|GetComputerName|_ComputerSystem/
    $environ = /\benvironb?[ \t]*(\.[ \t]*(items|copy|keys|values|__)|[^\w \t.\[:=])/
    $environ2 = /import[ \t]+environ|\benvironb?[ \t]*=[^=]|for[ \t]+\w+[ \t]+in[ \t]+[^\n]{0,20}environ[ \t]*[:\])\r\n]/
    $home = /expanduser[ \t]*\([ \t]*['"]~[\/\\]?(['"]|\*\*|Desktop|Documents|Downloads|Pictures)|\.home[ \t]*\([ \t]*\)[ \t]*\.[ \t]*(rglob|glob|iterdir)|['"](Desktop|Documents|Downloads|Pictures)['"]|os[ \t]*\.[ \t]*walk[ \t]*\([ \t]*['"]\/['"]|ascii_uppercase/
    $others = /psutil[^\n]{0,60}environ|GetEnvironmentStrings|\/proc\/|spwd|pyaudio|get_keys[ \t]*\(|\.cache[\/\\]huggingface|[kK]eychains?[\/\\]|keyrings[\/\\]|jupyter[\/\\]runtime/
    $senses = /pyperclip|clipboard[ \t]*\.|clipboard_get|GetClipboardData|ImageGrab|pyautogui|\bmss[ \t]*\(|import[ \t]+mss|pynput|import[ \t]+keyboard|from[ \t]+keyboard|screenshot[ \t]*\(|VideoCapture|sounddevice|SetWindowsHook|pyscreeze/
  condition:
    secret or any of them
}

rule asked : word {
  strings:
    $asked = /priv(ate)?_?[kK]ey|[Mm]nemonic|seed_?phrase|[Pp]assphrase|secret|keypair|passwo?r?d?\b|credential|api_?key|[(, ]pk\b|\bseed\b|[Ww]allet|token\b/
    $variable = /TOKEN|SECRET|PASSW|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL|MNEMONIC|SESSION_?KEY/
  condition:
    any of them
}

rule covert : word {
  strings:
    $fronted = /['"]Host['"][ \t]*[:\]]/
    $address = /:\/\/((1|1[013-9]\d?|12[0-689]?|[2-9]\d{0,2})\.\d{1,3}\.\d|0x[0-9a-f]|\d{8})/
    $place = /webhooks?[\/.]|pastebin|hastebin|rentry|termbin|ghostbin|dpaste|\/ix\.io|0x0\.st|transfer\.sh|file\.io|anonfiles|gofile|catbox|bashupload|temp\.sh|tmpfiles|api\.telegram|cdn\.discord|discord(app)?\.(com|gg)|t\.me\/|ngrok|trycloudflare|serveo|localhost\.run|loca\.lt|oast|interact\.sh|interactsh|burpcollab|pipedream|requestbin|requestcatcher|beeceptor|canarytokens|dnslog|workers\.dev|glitch\.me|replit|repl\.co|duckdns|\.onion|ipfs|gist\.|raw\.githubusercontent|githubusercontent|herokuapp|vercel\.app|netlify\.app|onrender\.com|pythonanywhere/
    $built = /['"]https?:['"]|['"]:\/\/['"]|['"]ht['"]|sptth/
  condition:
    any of them
}

rule hideout : word {
  strings:
    $hook = /discord(app)?\.com\/api\/(v\d+\/)?webhooks\/\d{15}|api\.telegram\.org\/bot\d{6}|cdn\.discord(app)?\.(com|net)\/attachments\//
    $place = /:\/\/([\w-]+\.)*(pastebin\.com|hastebin\.com|rentry\.co|rentry\.org|transfer\.sh|anonfiles\.com|gofile\.io|file\.io|catbox\.moe|temp\.sh|bashupload\.com|webhook\.site|pipedream\.net|requestbin\.\w+|beeceptor\.com|interact\.sh|oast\.\w+|oastify\.com|burpcollaborator\.net|canarytokens\.com|ngrok\.io|ngrok-free\.app|trycloudflare\.com|serveo\.net|localhost\.run|duckdns\.org|[\w]+\.onion)/
    $address = /['"]https?:\/\/(1[013-9]\d|12[0-689]|[2-9]\d\d|[2-9]\d|1[1-9]|[1-9])\.\d{1,3}\.\d{1,3}\.\d{1,3}/
    $written = /aHR0c|SFRUU|68747470|[ '"]uggcf?:\/\/|\/:s?ptth|\\x68\\x74\\x74\\x70/
  condition:
    any of them
}

rule decodes : word {
  strings:
    $b64 = /b64decode|b32decode|b16decode|b85decode|a85decode|decodebytes|decodestring|\bbase(32|85|58|91|62)/
    $b64_by_name = /['"]base64|base64['"]|base64[ \t]*(,|\)|\.[ \t]*(decode|__|\\?\r?\n))|from[ \t]+base64[ \t]+import[ \t\\]*(\*|\()|base64[ \t\\]+as\b/
    $hex = /fromhex|unhexlify|a2b_/
    $packed = /(de|un)compress|['\"](zlib|bz2|lzma|gzip)|\b(zlib|bz2|lzma|gzip)[ \t]*(,|\)|as\b|\.[ \t]*(__|\\?\r?\n))|BZ2File|LZMAFile|\b(bz2|lzma)[ \t]*\.[ \t]*open|from[ \t]+(zlib|bz2|lzma|gzip)[ \t]+import[ \t\\]*(\*|\()|zstandard|brotli/
    $rot = /rot[-_]?13|codecs[ \t]*\.[ \t]*(decode|getdecoder|lookup)|from[ \t]+codecs|unicode.escape|quopri|import[ \t]+uu\b|maketrans/
    $cipher = /[Ff]ernet|\bAES\b|ARC4|Salsa20|ChaCha|[Dd]ecrypt|Blowfish|\bDES3?\b|nacl\./
    $chr = /\bchr\b|\bunichr\b|(bytes|bytearray)[ \t]*\([ \t]*[\[(]|(bytes|bytearray)[ \t]*\([^\n]{0,60}[ )](for|if)[ \t]|(bytes|bytearray)[ \t]*\([ \t]*map/
    $named = /(\\N\{[A-Z -]{4,40}\}){4}/
    $escaped = /(\\x[0-9a-fA-F]{2}){8}/
    $escaped8 = /(\\[0-7]{2,3}){8}/
    $escapedu = /(\\u00[0-9a-fA-F]{2}){6}/
    $steg = /stegano|getpixel|readframes|\.getdata[ \t]*\(/
  condition:
    any of them
}

rule splits : word {
  strings:
    $reverse = /\[[ \t]*:[ \t]*:[ \t]*-[ \t]*1|join[ \t]*\([ \t]*reversed/
    $split1 = /[\w.\/\\-]'[ \t]*\+[ \t\\\r\n]*[rbfu]{0,2}['"][\w.\/\\-]/
    $split2 = /[\w.\/\\-]"[ \t]*\+[ \t\\\r\n]*[rbfu]{0,2}['"][\w.\/\\-]/
  condition:
    any of them
}

rule assembles : word {
  strings:
    $join = /['"][ \t]*\.[ \t]*join[ \t]*\([ \t]*(map|filter|operator|itemgetter|\[|\()/
    $number = /\.[ \t]*to_bytes|struct[ \t]*\.[ \t]*pack|translate[ \t]*\(/
    $slice = /['"\])\w][ \t]*\[[ \t]*:[ \t]*:[ \t]*\d/
    $letters = /swapcase[ \t]*\(|unescape[ \t]*\(|\{[^{}\n]{1,40}:c\}|%c%c/
    $pieces = /join[ \t]*\([^\n]{0,200}(\.[ \t]*split[ \t]*\(|\]?[ \t]for[ \t])/
    $grown = /\b\w+[ \t]*\+=[ \t]*['"][^'"\n]{0,12}['"][ \t]*(\r?\n|;)/
    $mixed = /\b\w+\)?[ \t]*\^[ \t]*\(?\w/
    $sum = /\([ \t]*\w{1,12}[ \t]*\+[ \t]*\w{1,12}[ \t]*\+[ \t]*\w{1,12}[ \t]*\+[ \t]*\w{1,12}[ \t]*(\+[ \t]*\w{1,12}[ \t]*){0,57}\)/
    $replace = /['"][ \t]*\.[ \t]*replace[ \t]*\(|replace[ \t]*\([^\n]{1,30},[ \t]*['"]{2}/
  condition:
    any of them
}

// --- sinks -----------------------------------------------------------------------------------------------

rule code : word {
  strings:
    $call = /(^|[^\w.'"`])(exec|eval|execfile)[ \t\\]*[(,):;\]}\n\r=]/
    $builtins = /(__builtins__|\bbuiltins|__builtin__)[ \t]*(\[|\.[ \t]*(exec|eval|compile|__import__|getattr|__dict__)|,|\))/
    $builtins2 = /from[ \t]+(builtins|__builtin__)[ \t]+import[^\n]*(exec|eval|compile|__import__|getattr)/
    $made = /FunctionType|CodeType|LambdaType|\bmarshal\b|\brunpy\b|InteractiveInterpreter|InteractiveConsole|runsource/
  condition:
    any of them
}

rule loads : word {
  strings:
    $pickle = /([pP]ickle|dill)[ \t]*\.[ \t]*(loads?|Unpickler)\b|from[ \t]+_?(c?[pP]ickle|dill|cloudpickle|marshal)[ \t]+import|import[ \t]+_?(c?[pP]ickle|dill|cloudpickle)[ \t]+as/
    $joblib = /joblib[ \t]*\.[ \t]*load|unsafe_load|jsonpickle|read_pickle/
    $loader = /spec_from_(file_location|loader)|SourceFileLoader|SourcelessFileLoader|zipimport|load_source|exec_module|load_dynamic|addsitedir|load_module|FileFinder|PathFinder|loadTestsFromName|\bdiscover[ \t]*\(|pytest[ \t]*\.[ \t]*main/
    $import = /(__import__|import_module)[ \t]*\([ \t]*([^'" \t]|['"][\w.]*[^\w.'"]|['"][\w.]*['"][ \t]*[^,) \t\r\n])/
    $path = /sys[ \t]*\.[ \t]*path[ \t]*\.[ \t]*(append|insert|extend)/
    $runner = /\b(run(code|source|ctx|eval|_cell|_string|_setup)|PyRun_[A-Za-z]+|Py_CompileString|set_source|cppdef|eval_js|evaljs|fileConfig|dictConfig|ForwardRef|eval_str|c2py|LuaRuntime|parse_expr|sympify|load_extension|debug_src|run_module_code)\b/
    $runner2 = /(import|from)[ \t]+\b(bdb|codeop|code|chameleon|numexpr|js2py|execjs|quickjs|dukpy|lupa|rpy2|cffi|nbconvert|papermill|clr|jpype|wmi|_?xxsubinterpreters|_interpreters|rlcompleter|dill|cloudpickle)\b/
    $runner3 = /\b(pdb|c?[pP]rofile|Profile|trace|Trace|Tracer|tk|Tcl)[ \t]*(\([^)\n]{0,60}\))?[ \t]*\.[ \t]*(run(script)?|eval|_run[A-Za-z]*)\b|from[ \t]+timeit[ \t]+import|(torch|yaml)[ \t]*\.[ \t]*load[ \t]*\(|UnsafeLoader\b|shelve[ \t]*\.[ \t]*open|Template[ \t]*\([ \t]*\w+[ \t]*\)[ \t]*\.|from_string[ \t]*\([ \t]*\w+[ \t]*\)[ \t]*\.|get_doctest|testfile[ \t]*\(|testmod[ \t]*\([ \t]*\w/
    $timeit = /timeit[ \t]*\.[ \t]*(timeit|repeat|Timer)/
  condition:
    any of them
}

rule process : word {
  strings:
    $import = /(import|from)[ \t\\]+\b(subprocess|commands|popen2|pexpect|pty|sh|plumbum|invoke|fabric|win32com|win32process|pip)\b|_?distutils\.spawn/
    $imported = /import[ \t][^\n#;'"(]{1,80},[ \t\\]*(subprocess|commands|pexpect|pty)\b/
    $called = /['"](subprocess|commands|pty|pexpect)['"]/
    $name = /\b(Popen|check_output|check_call|getoutput|getstatusoutput|create_subprocess_(exec|shell)|subprocess_(exec|shell)|_posixsubprocess)\b/
    $system = /[.][ \t\\\r\n]*system[ \t]*(\([ \t]*[^) \t]|[.)\],;:}\r\n])/
    $system2 = /from[ \t]+(os|posix|nt)[ \t]+import/
    $os = /[.][ \t\\]*(popen[234]?|startfile|posix_spawnp?|spawn(l|v)(p|e|pe)?|exec(l|v)(p|e|pe)?)\b/
    $native = /ShellExecute|WinExec|CreateProcess|win32com|CDLL|LoadLibrary|windll|WinDLL|ctypes[ \t]*\.[ \t]*cdll/
  condition:
    any of them
}

rule reflects : word {
  strings:
    $getattr = /getattr[ \t]*\([^\n]{1,80},[^\n]{0,80}(['"][ \t]*\+[ \t]*['"]|decode|chr[ \t]*\(|\[[ \t]*:[ \t]*:|\\x|\\u00|\\[0-7]{2}|%[ \t]*\([ \t]*['"]|format[ \t]*\([ \t]*['"]|['"][ \t]*\.[ \t]*replace|join[ \t]*\([ \t]*[\[(][ \t]*['"]|f['"]\{['"]|\w['"][ \t]+['"]\w)/
    $sink = /getattr[ \t]*\([^\n]{1,80}['"](exec|eval|system|popen|Popen|call|check_output|urlopen|loads|b64decode|startfile|spawn|run|post|get|__import__)['"]/
    $item = /\[[ \t]*['"](exec|eval|compile|system|popen|__import__|__builtins__|getattr)['"][ \t]*\]/
    $built = /(globals|locals|vars)[ \t]*\([^)\n]{0,40}\)[ \t]*(\[|\.get[ \t]*\()[^\n]{0,60}(\+|decode|join|chr|\[:|\\x)/
    $dict = /__dict__[ \t]*\[[^\n\]]{0,60}(['"][ \t]*\+|decode|join|chr|\[:|\\x)/
    $import = /__import__[ \t]*\([ \t]*(['"][\w.]*[^\w.'"]|['"][\w.]*['"][ \t]*[^,) \t\r\n]|[^'" \t\r\n)][^\n]{0,60}(\+|decode|join|chr|\[:))/
    $import2 = /__import__[ \t]*\([ \t]*['"](os|subprocess|builtins|requests|socket|urllib|base64|marshal|zlib|pty|ctypes)/
    $subclasses = "__subclasses__"
    $globals = /__globals__[ \t]*(\[|\.)/
    $caller = /methodcaller|__getattribute__[ \t]*\([^\n]{0,60}['"]/
  condition:
    any of them
}

rule dynamic : word {
  strings:
    $getattr = /\bgetattr[ \t]*\([ \t]*([^sc \t\n,][^\n,]{0,80}|(s|se|sel|c|cl|(s[^e,\n]|se[^l,\n]|sel[^f,\n]|self[^,\n]|c[^l,\n]|cl[^s,\n]|cls[^,\n])[^\n,]{0,80})),[ \t]*[^'" \t\r\n]/
    $getattr2 = /\bgetattr[ \t]*\(([^\n,]{0,80},)?[ \t]*(#[^\n]*)?\r?\n/
    $globals = /(globals|locals|vars)[ \t]*\([^)\n]{0,40}\)[ \t]*(\[|\.get)/
    $modules = /sys[ \t]*\.[ \t]*modules[ \t]*(\[[ \t]*[^'"_ \]]|\.get)/
    $import = /(__import__|import_module)[ \t]*\([ \t]*[^'" \t]/
    $caller = "attrgetter"
  condition:
    any of them
}

// --- what a chain does besides ---------------------------------------------------------------------------

rule command : word {
  strings:
    $fetch = /\bcurl[ \t'",]|\bwget\b|[Pp]ower[Ss]hell|POWERSHELL|pwsh|bitsadmin|certutil|mshta|regsvr32|rundll32|Invoke-|DownloadString|DownloadFile|\biwr\b|\birm\b/
    $shell = /\/bin\/(ba|z|da)?sh|['"](ba|z|da)?sh['"]|cmd(\.exe)?[ \t'",]+\/[cCkK]|\/dev\/tcp|[ \t]-enc|\bnc(at)?[ \t]+-|base64[ \t'",]+(-d|--d)|socat|osascript|nohup/
    $pip = /pip3?['", \t]+install|['"]install['"][ \t]*,|npm (i|install)|\b(npx|bunx|uvx|pipx)\b|easy_install/
    $inline = /\b(node|perl|ruby|php)[ \t'",]+-|git['", \t]+clone|xxd |printf |\$\{?IFS|\w(\\?'){2}\w|\|[ ]*(rev|tac|tr|xxd)\b|\w\\?"\w\\?"\w|=\w+;[ ]*\w+=\w+;/
    $python = /['"]-c['"][ \t\r\n]*,[ \t\r\n]*([^ \t\r\n'")\]]|['"][^-'"])|['"]-c['"][ \t]*[\])+%.]|\bpython[23w]?[ \t'",]+-c/
    $system = /net1?[ \t'",]+(user|localgroup)|useradd|usermod|schtasks|crontab|systemctl[^\n]{0,20}enable|launchctl|\breg(\.exe)?[ \t'",]+add|taskkill|killall|pkill|rm['", \t]+-rf|shutdown[ \t'",]+[-\/]|del \/|icacls|attrib |vssadmin|wevtutil|bcdedit|netsh|MpPreference|WinDefend|setenforce|iptables|\bufw |xmrig|stratum|mkfs|\bdd if=|sudoers|authorized_keys/
    $settings = /git['", \t]+config|pip3?['", \t]+config|install-extension|\|[ ]*(at|batch)\b|\bat (now|-f)|\bsc(\.exe)?[ \t'",]+create|New-Service|find [^\n]{0,60}-(delete|exec)|systemd-run|chmod[ \t'",]+(u?\+s|[4-7][0-7]{3})|history -c|\/var\/log|setx |npm['", \t]+config/
    $tools = /openssl[ \t'",]+s_client|busybox|\brsync |\bscp |\btar [^\n]{0,60}\||\bdeno |(uv|bun)( |['"], ?['"])run|\bgo[ \t'",]+run|cargo[ \t'",]+install|msiexec|[cw]script|docker[ \t'",]+run|rclone|git[^\n]{0,40}push|sftp |\bnc |getline|['"]at['"]|['"]batch['"]|printf/
    $steal = /\bping[ \t'",]+-|(['"`|;&\n]|\$\()[ \t]*(host|nslookup|dig)[ ]+[-$%{"'`+@\w][^=]|['"](host|nslookup|dig)['"][ \t\r\n]*,[ \t\r\n]*[^'" \t\r\n]|printenv|\benv[ \t]*\||cat[ \t'",]+[~\/]|\bwhoami\b[^(]|systeminfo/
  condition:
    any of them
}

rule writes : word {
  strings:
    $mode = /['"][rwxab+t]{0,2}[wxa][b+t]{0,2}['"]/
    $api = /write_(text|bytes)|urlretrieve|TemporaryFile|mkstemp|copyfile|shutil|\.rename|os[ \t]*\.[ \t]*(replace|write)|extractall|SetValueEx?|CreateKey|RegSetValue|symlink/
  condition:
    any of them
}

rule place : word {
  strings:
    $windows = /CurrentVersion|['"\\\/]Startup['"\\\/]|Start Menu|File Execution Options|Active Setup|AppInit_DLLs|InprocServer32/
    $unix = /\.bashrc|\.bash_profile|\.zshrc|\.profile['"]|crontab|\/etc\/cron|\/spool\/cron|LaunchAgents|LaunchDaemons|systemd\/|autostart[\/\\'"]|authorized_keys|rc\.local|\/etc\/(profile|hosts|ld\.so|init|sudoers)|config\.fish|profile_default|\.bash_/
    $unix2 = /\.(bash_login|zprofile|zshenv|xprofile|xinitrc|xsessionrc|vimrc|emacs|tmux\.conf|pythonrc|pdbrc|condarc|npmrc|gitconfig)\b|\/etc\/(systemd|udev|update-motd|pam|environment|modules)|\.ssh[\/\\'", ]+(config|rc)\b|activate\.d|jupyter\w{0,20}_config|\.vim\/|\.git-template|pip[\/\\'", ]+pip\.(conf|ini)|environment\.d|conf\.d\//
    $python = /sitecustomize|usercustomize|\w\.pth['"]/
    $desktop = /discord_desktop_core|\b(app|core)\.asar\b/
    $activate = /bin[\/'", ]+activate['"]/
    $agents = /\.cursor[\/\\'"]|\.claude[\/\\'".]|\.vscode[\/\\'"]|\.windsurf|\.codex[\/\\'"]|\.gemini[\/\\'"]|mcp\.json|CLAUDE\.md|AGENTS\.md|\.git[\/\\]+hooks/
  condition:
    any of them
}

rule destroys : word {
  strings:
    $files = /rmtree|unlink|os\.remove|shred/
    $cipher = /[Ee]ncrypt/
    $walk = /os[ \t]*\.[ \t]*walk|rglob|scandir|listdir|expanduser|Path\.home/
  condition:
    $walk and $files and $cipher
}

rule injects : word {
  strings:
    $windows = /VirtualAlloc|WriteProcessMemory|CreateRemoteThread|RtlMoveMemory|QueueUserAPC|NtUnmap|NtCreateThread|VirtualProtect|SetThreadContext|kernel32[^\n]{0,40}CreateThread/
    $unix = /memfd_create|\bdup2\b|PROT_EXEC/
  condition:
    any of them
}

// --- chains ----------------------------------------------------------------------------------------------

rule computed_and_run : chain {
  strings:
    $call = /(^|[^\w.'"`])(exec|eval|execfile)[ \t]*\([ \t\r\n]*[^)'" \t\r\n]/
    $joined = /(^|[^\w.'"`])(exec|eval)[ \t]*\([ \t]*[bu]?['"]{2}[ \t]*\.[ \t]*join/
  condition: any of them
}
rule fetched_and_run : chain { condition: network and (code or loads or process) }
rule taken_and_sent : chain { condition: network and (taken or (asked and (covert or reflects))) }
rule led_astray : chain { condition: network and hideout }
rule decoded_and_run : chain { condition: (code or loads or reflects) and (decodes or splits or assembles) }
rule decoded_command : chain { condition: process and decodes }
rule command_run : chain { condition: process and command }
rule put_where_it_runs : chain { condition: place and (writes or process) }
rule injected : chain { condition: injects and (process or network) }
rule destroyed : chain { condition: destroys }
rule reflected_command : chain { condition: (reflects or dynamic) and command }

rule logged_away : chain {
  strings:
    $handler = /\b(Socket|Datagram|HTTP|SysLog|SMTP)Handler\b/
  condition: taken and any of them
}

rule roamed : chain {
  strings:
    $home = /Path[ \t]*\.[ \t]*home[ \t]*\(/
    $walk = /rglob|os[ \t]*\.[ \t]*walk|scandir|iterdir/
  condition: network and all of them
}

rule many_secrets : chain {
  strings:
    $variable = /['"][A-Z_]{0,30}(TOKEN|SECRET|PASSWORD|ACCESS_KEY|API_KEY)[A-Z_]{0,20}['"]/
  condition: network and #variable > 2
}

rule ransomed : chain {
  strings:
    $walk = /os[ \t]*\.[ \t]*walk|rglob|scandir|listdir|iterdir/
    $cipher = /[Ee]ncrypt/
    $home = /expanduser|Path\.home|USERPROFILE|HOMEPATH|['"][A-Z]:[\/\\]/
  condition: all of them
}

rule mapped : chain {
  strings:
    $page = /PROT_EXEC|VirtualProtect|VirtualAlloc/
    $call = /FUNCTYPE/
  condition: all of them
}

rule scheduled : chain {
  strings:
    $library = /\bCronTab\b|win32service|Schedule\.Service|InstallService/
  condition: any of them
}

rule serves : chain {
  strings:
    $serves = /serve_forever|run_app[ \t]*\(|uvicorn[ \t]*\.|\b(flask|bottle|quart|slack_bolt|telebot|aiogram|discord|pyrogram|telegram)\b|_polling[ \t]*\(|loop_forever/
  condition: $serves and (process or code)
}

rule wiped : chain {
  strings:
    $tree = /rmtree|removedirs|\bos[ \t]*\.[ \t]*(remove|unlink)[ \t]*\(|\.[ \t]*unlink[ \t]*\(/
    $home = /expanduser[ \t]*\([ \t]*['"]~['"]|\.home[ \t]*\([ \t]*\)[ \t]*[,)]|\.home[ \t]*\([ \t]*\)[ \t]*\.[ \t]*(r?glob|iterdir)|USERPROFILE|HOMEPATH/
  condition: all of them
}

rule oblique_command : chain {
  strings:
    $names = /getmembers[ \t]*\(|\bcase [\w.]+\([^)\n]{0,80}=|getattr_static|attrgetter|itemgetter|pydoc[ \t]*\.[ \t]*locate|resolve_name[ \t]*\(|import_string[ \t]*\(|MethodType[ \t]*\(|operator[ \t]*\.[ \t]*call\b/
    $held = /__dict__[ \t]*\.[ \t]*(get|items|values|pop)\b|vars[ \t]*\([ \t]*\w+[ \t]*\)[ \t]*\.[ \t]*(get|items|values|pop)\b|f_globals|f_builtins/
    $process = /\bpopen[ \t]*\(|\.stdin[ \t]*(\.[ \t]*(write|buffer)|[\r\n),;\]])|\binput=[^NTF= ]|[(,][ \t]*input[ \t]*=[ \t]/
  condition:
    command and any of them
}

rule executed_text : chain {
  strings:
    $bytes = /bytearray[ \t]*\(|array[ \t]*\.[ \t]*array[ \t]*\(|tobytes[ \t]*\(|from_iterable|chain[ \t]*\([ \t]*[\[(*'"]|json[ \t]*\.[ \t]*loads[ \t]*\([ \t]*['"]/
    $codec = /decode[ \t]*\([ \t]*['"](utf[-_]?(16|32|7)|unicode|raw_unicode|idna|punycode)|StringIO|BytesIO/
  condition:
    code and (command or any of them)
}

rule stored_code : chain {
  strings:
    $pickle = /(pickle|dill|marshal|yaml)[ \t]*\.[ \t]*(loads|unsafe_load|load)[ \t]*\([ \t]*(b?['"]|zlib|base64)/
    $code = /CodeType[ \t]*\([^)]{0,200}b['"]/
    $array = /allow_pickle[ \t]*=[ \t]*True/
  condition:
    $pickle or $code or ($array and network)
}

rule overlooked : chain { strings: $folder = /[\/\\](\.{3,}| +)[\/\\]/ condition: process and $folder }
rule swapped : chain {
  strings:
    $copy = /pyperclip|SetClipboard(Text|Data)|clipboard_append|\bclipboard[ \t]*\.[ \t]*copy|from[ \t]+clipboard/
    $paste = /\bpaste\b|GetClipboardData|clipboard_get/
  condition: all of them
}

rule patched_key : chain {
  strings:
    $patched = /\b(Keypair|Mnemonic|PrivateKey|Wallet)(\.\w{1,40}){1,2}[ \t]*=[^=]|setattr[ \t]*\([ \t]*(Keypair|Mnemonic|PrivateKey|Wallet)\b/
  condition: network and $patched
}

rule packed_source : chain { strings: $packer = "__pyarmor__" condition: any of them }
rule hidden_names : chain { condition: dynamic and (decodes or splits) }

rule clipped : chain {
  strings:
    $copy = /\bpyperclip\b|(import|from)[ \t]+clipboard\b|SetClipboard(Text|Data)|clipboard_append/
    $wallet = /['"](bc1[a-z0-9]{25}|0x[0-9a-fA-F]{40}['"]|[13T][1-9A-HJ-NP-Za-km-z]{25,34}['"])/
  condition: all of them
}
