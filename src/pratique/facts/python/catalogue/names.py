"""The catalogue: what outside names do and give, and the spelling that each is known by."""

from __future__ import annotations

import string
from collections.abc import Mapping

from pratique.facts.python.model import Does, Source

SPELLINGS = {
    "urllib2": "urllib.request",
    "urllib.urlopen": "urllib.request.urlopen",
    "urllib.urlretrieve": "urllib.request.urlretrieve",
    "httplib": "http.client",
    "posix": "os",
    "nt": "os",
    "builtins": "",
    "__builtin__": "",
    "__builtins__": "",
    "io.open": "open",
    "codecs.open": "open",
    "aiofiles.open": "open",
    "cPickle": "pickle",
    "_pickle": "pickle",
    "dill": "pickle",
    "cloudpickle": "pickle",
    "Cryptodome": "Crypto",
    "fernet.Fernet": "cryptography.fernet.Fernet",
    "fernet": "cryptography.fernet",
    "requests.api": "requests",
    "requests.sessions.Session": "requests.Session",
    "requests.session": "requests.Session",
    "setuptools.command.install.install": "setuptools.command.install.install",
    "os.getlogin": "os.getlogin",
    "_winreg": "winreg",
    "imp.load_source": "imp.load_source",
    "importlib._bootstrap": "importlib",
    "pip._internal.main.main": "pip.main",
    "pip._internal.main": "pip.main",
    "pip._internal.cli.main.main": "pip.main",
    "pip._vendor.requests": "requests",
    "setuptools._distutils": "distutils",
    "os.sys": "sys",
    "os.environ._data": "os.environ",
    "subprocess.os": "os",
    "shutil.os": "os",
    "six.moves.urllib": "urllib",
    "xmlrpclib": "xmlrpc.client",
    "asyncio.subprocess": "asyncio",
    "gevent.subprocess": "subprocess",
    "eventlet.green.subprocess": "subprocess",
    "psutil.Popen": "subprocess.Popen",
    "asyncio.get_event_loop": "asyncio.new_event_loop",
    "asyncio.get_running_loop": "asyncio.new_event_loop",
    "ctypes.cdll.LoadLibrary": "ctypes.CDLL",
    "ctypes.windll.LoadLibrary": "ctypes.CDLL",
    "ctypes.WinDLL": "ctypes.CDLL",
    "io.FileIO": "open",
    "ctypes.PyDLL": "ctypes.CDLL",
    "socket.socket().accept()": "socket.socket()",
    "get_ipython().system": "os.system",
}
EMBEDDED = {"os": "os", "_os": "os", "sys": "sys", "_sys": "sys"}
"""Modules that other modules have imported and so hold: ``glob.os`` is ``os``."""
CONSTANTS: Mapping[str, str] = {
    f"string.{name}": getattr(string, name)
    for name in (
        *("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits", "octdigits"),
        *("printable", "punctuation", "whitespace"),
    )
} | {"os.sep": "/", "os.path.sep": "/", "os.extsep": ".", "os.curdir": ".", "os.pardir": "..", "os.linesep": "\n"}
"""Constants of the standard library that texts are built from."""

DOES: tuple[tuple[Does, str], ...] = (
    (Does.RUN_CODE, "exec eval execfile types.FunctionType types.LambdaType code.InteractiveInterpreter().runcode"),
    (Does.RUN_CODE, "code.InteractiveInterpreter().runsource code.InteractiveConsole().push runpy.run_path"),
    (Does.RUN_CODE, "pickle.loads pickle.load pickle.Unpickler().load marshal.load timeit.timeit timeit.repeat"),
    (Does.RUN_CODE, "timeit.Timer cProfile.run cProfile.runctx profile.run pdb.run pdb.runeval trace.Trace().run"),
    (Does.RUN_CODE, "trace.Trace().runctx ctypes.pythonapi.PyRun_SimpleString yaml.unsafe_load joblib.load"),
    (Does.RUN_CODE, "bdb.Bdb().run pdb.Pdb().run pdb.runctx profile.runctx cProfile.Profile().run numpy.load"),
    (Does.RUN_CODE, "pandas.read_pickle jsonpickle.decode doctest.run_docstring_examples"),
    (Does.IMPORT, "importlib.import_module __import__ imp.load_source imp.load_module runpy.run_module"),
    (Does.IMPORT, "importlib.util.spec_from_file_location zipimport.zipimporter importlib.machinery.SourceFileLoader"),
    (Does.IMPORT, "imp.load_dynamic importlib.machinery.ExtensionFileLoader importlib.machinery.SourcelessFileLoader"),
    (Does.IMPORT, "ctypes.CDLL ctypes.cdll.LoadLibrary ctypes.windll.LoadLibrary ctypes.WinDLL"),
    (Does.IMPORT, "sys.path.append sys.path.insert site.addsitedir sys.path.extend"),
    (
        Does.RUN_PROCESS,
        "os.system os.popen os.startfile os.posix_spawn os.posix_spawnp os.execl os.execle os.execlp os.execlpe os.execv "
        "os.execve os.execvp os.execvpe os.spawnl os.spawnle os.spawnlp os.spawnv os.spawnve os.spawnvp os.spawnvpe "
        "os.popen2 os.popen3 popen2.popen2 commands.getoutput commands.getstatusoutput subprocess.Popen subprocess.run "
        "subprocess.call subprocess.check_call subprocess.check_output subprocess.getoutput subprocess.getstatusoutput "
        "asyncio.create_subprocess_shell asyncio.create_subprocess_exec pty.spawn distutils.spawn.spawn "
        "win32api.ShellExecute win32com.shell.shell.ShellExecuteEx win32process.CreateProcess pexpect.spawn pexpect.run "
        "ctypes.windll.shell32.ShellExecuteW ctypes.windll.shell32.ShellExecuteA sh.bash sh.sh "
        "ctypes.windll.kernel32.WinExec ctypes.windll.kernel32.CreateProcessW ctypes.CDLL().system pip.main "
        "win32com.client.Dispatch().Run win32com.client.Dispatch().ShellExecute plumbum.local.cmd "
        "asyncio.new_event_loop().subprocess_shell asyncio.new_event_loop().subprocess_exec _posixsubprocess.fork_exec "
        "subprocess.Popen().communicate subprocess.Popen().stdin.write os.popen().write "
        "invoke.run invoke.Context().run fabric.Connection().local IPython.get_ipython().system cffi.FFI().dlopen().system "
        "trio.run_process anyio.run_process ctypes.cdll.msvcrt.system ctypes.windll.msvcrt.system",
    ),
    (
        Does.FETCH,
        "urllib.request.urlopen urllib.request.urlretrieve urllib.request.Request wget.download pycurl.Curl().perform "
        "urllib.request.URLopener().open urllib.request.URLopener().retrieve urllib.request.build_opener().open "
        "http.client.HTTPSConnection().getresponse http.client.HTTPConnection().getresponse socket.socket().recv "
        "socket.socket().recvfrom socket.socket().recv_into socket.socket().makefile socket.create_connection().recv socket.create_connection().makefile "
        "ssl.wrap_socket().recv ssl.SSLContext().wrap_socket().recv ssl.create_default_context().wrap_socket().recv "
        "ftplib.FTP().retrbinary ftplib.FTP().retrlines dns.resolver.resolve dns.resolver.query "
        "git.Repo.clone_from pygit2.clone_repository dulwich.porcelain.clone "
        "paramiko.SSHClient().exec_command paramiko.SSHClient().connect gdown.download telnetlib.Telnet().read_until "
        "asyncio.open_connection asyncio.StreamReader().read",
    ),
    (
        Does.SEND,
        "asyncio.open_connection().write asyncio.open_connection().writelines logging.handlers.SocketHandler().emit "
        "logging.handlers.DatagramHandler().emit logging.handlers.HTTPHandler().emit logging.handlers.SMTPHandler().emit "
        "logging.handlers.SysLogHandler().emit "
        "socket.socket().send socket.socket().sendall socket.socket().sendto socket.create_connection().sendall "
        "socket.create_connection().send http.client.HTTPSConnection().request http.client.HTTPConnection().request "
        "socket.gethostbyname socket.getaddrinfo smtplib.SMTP().sendmail smtplib.SMTP_SSL().sendmail "
        "smtplib.SMTP().send_message smtplib.SMTP_SSL().send_message ftplib.FTP().storbinary ftplib.FTP().storlines "
        "dhooks.Webhook().send discord_webhook.DiscordWebhook discord_webhook.DiscordWebhook().execute "
        "discord.SyncWebhook.from_url().send discord.Webhook.from_url().send telegram.Bot().send_message "
        "telebot.TeleBot().send_message telebot.TeleBot().send_document telebot.TeleBot().send_photo "
        "telegram.Bot().send_document websocket.create_connection().send ssl.wrap_socket().send "
        "ssl.wrap_socket().sendall discord_webhook.DiscordEmbed paramiko.SFTPClient().put boto3.client().put_object "
        "boto3.client().upload_file dropbox.Dropbox().files_upload",
    ),
    (Does.LISTEN, "socket.socket().connect socket.create_connection socket.socket().listen socket.socket().accept"),
    (Does.LISTEN, "socket.socket().bind os.dup2 ssl.SSLContext().wrap_socket().connect ssl.wrap_socket().connect"),
    (
        Does.LISTEN,
        "ssl.create_default_context().wrap_socket().connect flask.Flask().run bottle.run aiohttp.web.run_app",
    ),
    (Does.LISTEN, "uvicorn.run discord.Client().run discord.ext.commands.Bot().run slack_bolt.App().start"),
    (Does.LISTEN, "pyrogram.Client().run telethon.TelegramClient().run_until_disconnected"),
    (Does.NATIVE, "mmap.mmap ctypes.CFUNCTYPE()"),
    (Does.FILL, "mmap.mmap().write mmap.mmap().write_byte"),
    (
        Does.READ,
        "open os.listdir os.walk os.scandir glob.glob glob.iglob sqlite3.connect shutil.copy shutil.copy2 shutil.copyfile "
        "shutil.copytree shutil.make_archive os.open zipfile.ZipFile().write tarfile.open().add pathlib.Path().read_text "
        "pathlib.Path().read_bytes pathlib.Path().open pathlib.Path().glob pathlib.Path().rglob pathlib.Path().iterdir "
        "configparser.ConfigParser().read configparser.RawConfigParser().read pkgutil.get_data os.path.exists "
        "os.path.isfile os.path.isdir os.path.getsize wave.open PIL.Image.open importlib.resources.read_text "
        "importlib.resources.read_binary linecache.getlines fileinput.input shutil.move os.rename os.replace",
    ),
    (
        Does.WRITE,
        "open().write open().writelines pathlib.Path().write_text pathlib.Path().write_bytes os.write shutil.copy "
        "shutil.copy2 shutil.copyfile shutil.move os.rename os.replace tempfile.NamedTemporaryFile().write "
        "tempfile.NamedTemporaryFile().writelines tempfile.TemporaryFile().write urllib.request.urlretrieve "
        "wget.download os.fdopen().write pathlib.Path().open().write tempfile._TemporaryFileWrapper().write "
        "pyperclip.copy clipboard.copy win32clipboard.SetClipboardText win32clipboard.SetClipboardData "
        "tkinter.Tk().clipboard_append crontab.CronTab().write win32service.CreateService win32serviceutil.InstallService "
        "win32com.client.Dispatch().GetFolder().RegisterTaskDefinition "
        "win32com.client.Dispatch().CreateShortcut().Save win32com.client.Dispatch().CreateShortCut().Save "
        "git.Repo.clone_from pygit2.clone_repository dulwich.porcelain.clone pathlib.Path().rename pathlib.Path().replace zipfile.ZipFile().write zipfile.ZipFile().writestr tarfile.open().add shutil.make_archive shutil.copytree "
        "zipfile.ZipFile().extractall tarfile.open().extractall zipfile.ZipFile().extract os.symlink os.link gdown.download",
    ),
    (
        Does.COPY,
        "pyperclip.copy clipboard.copy win32clipboard.SetClipboardText win32clipboard.SetClipboardData "
        "tkinter.Tk().clipboard_append",
    ),
    (Does.DELETE, "os.remove os.unlink os.rmdir shutil.rmtree pathlib.Path().unlink os.removedirs"),
    (
        Does.REGISTRY,
        "winreg.SetValueEx winreg.SetValue winreg.CreateKey winreg.CreateKeyEx winreg.OpenKey win32api.RegSetValueEx",
    ),
)


GIVES: tuple[tuple[Source, str], ...] = (
    (
        Source.CALLER,
        "sys.stdin.read sys.stdin.readline sys.stdin.readlines sys.stdin.buffer.read sys.stdin.buffer.readline",
    ),
    (
        Source.HOST,
        "socket.gethostname socket.getfqdn getpass.getuser os.getlogin os.uname platform.node platform.uname "
        "platform.platform platform.system platform.release platform.version platform.machine platform.processor "
        "uuid.getnode os.getcwd psutil.users wmi.WMI().Win32_ComputerSystemProduct psutil.net_if_addrs psutil.virtual_memory "
        "netifaces.interfaces getmac.get_mac_address pwd.getpwuid os.getuid platform.architecture psutil.cpu_count "
        "win32api.GetUserName win32api.GetComputerName os.path.expanduser locale.getdefaultlocale",
    ),
    (
        Source.SECRET,
        "win32crypt.CryptUnprotectData keyring.get_password keyring.get_credential browser_cookie3.load "
        "browser_cookie3.chrome browser_cookie3.firefox browser_cookie3.edge browser_cookie3.opera browser_cookie3.brave "
        "browser_cookie3.chromium browser_cookie3.safari browser_cookie3.vivaldi browser_cookie3.opera_gx "
        "win32crypt.CryptUnprotectData() pycookiecheat.chrome_cookies rookiepy.chrome netrc.netrc secretstorage.dbus_init "
        "browserhistory.get_browserhistory ctypes.windll.crypt32.CryptUnprotectData boto3.Session().get_credentials "
        "botocore.session.get_session().get_credentials spwd.getspall spwd.getspnam paramiko.Agent().get_keys",
    ),
    (
        Source.CLIPBOARD,
        "pyperclip.paste PIL.ImageGrab.grabclipboard win32clipboard.GetClipboardData clipboard.paste tkinter.Tk().clipboard_get "
        "ctypes.windll.user32.GetClipboardData",
    ),
    (
        Source.SCREEN,
        "PIL.ImageGrab.grab pyautogui.screenshot pyscreenshot.grab mss.mss().grab mss.mss().shot cv2.VideoCapture "
        "cv2.VideoCapture().read pyaudio.PyAudio().open().read sounddevice.rec pyscreeze.screenshot",
    ),
    (
        Source.ENVIRON,
        "psutil.Process().environ psutil.process_iter()[].environ ctypes.windll.kernel32.GetEnvironmentStringsW "
        "ctypes.windll.kernel32.GetEnvironmentStringsA",
    ),
    (Source.KEYS, "pynput.keyboard.Listener keyboard.on_press keyboard.on_release keyboard.record keyboard.hook"),
    (
        Source.NETWORK,
        "websockets.connect websockets.sync.client.connect aiohttp.StreamReader sys.stdin.socket socket.socket().accept",
    ),
    (
        Source.PROCESS,
        "subprocess.check_output subprocess.getoutput os.popen subprocess.Popen subprocess.run "
        "commands.getoutput subprocess.getstatusoutput asyncio.create_subprocess_shell",
    ),
)
