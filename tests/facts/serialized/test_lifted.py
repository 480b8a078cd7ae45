"""Byte code of every version becomes source that names the same calls with the same arguments."""

from __future__ import annotations

import ast
import base64
import marshal
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.facts.serialized import source_of_marshal, source_of_pyc
from pratique.facts.serialized.lifting.opcodes import NEWEST, OLDEST
from pratique.facts.serialized.lifting.source import source_of
from pratique.facts.serialized.marshalled.code import Code, Group, Parsed

_SOURCE = """
import os as o
from base64 import b64decode as d
def f(u, *, k=2, **w):
    with open(u) as h:
        for i, (a, b) in enumerate(h):
            o.system("true " + f"{a}-{b!r:>3}")
    return [x ^ k for x in d("AAAA")[1:2]]
class C(Exception):
    def run(self):
        super().run()
        return self.x if self.x and f else None
exec(d("cGFzcw==").decode(), {"a": 1, **{}})
"""
_MARSHALLED = {
    6: (
        "c-l=<!EVz)5Z&2bJ9ZkXO0*QJ3UNZ@K!l*`0ksiT3%yl94@DN0<$5=e;Kb>!t%fK$IjGza7cPYl;FtEwslU(@vrf`>rI{V??##S5"
        "GyX?zEspXEMZZNQh=7CyfICfSmjxV%V1oY!;Rts^181Lzitr{xc+xFcP?4VG!Y`oX7erLWLL1uT7cD6I!6B*FE^Us3IvD?Cb3@2D"
        "74nke5uU)87|^m(L0Lpuus~X<GBP3s{CGKLgXbBHSOI(F`0+<N<|xkC&1i=S7&#XRbmR(l;r?N(=mF$(`G_1Lk$2=h`9RJ|3j`O="
        "#LKvF3$Wn7(FbG?-y%H!VCZBjmyfRC>5w*Glz{A_v&!7HfR<5xLO{p0F^u3l*&#paDL*8CiE=F!YG~t`fk7RV^(hYxWLMR#q^+|!"
        "?e?3VjbnqlWVq65Y$a(NCA!(Tc@gj(T$dJrVm7K{c-oge<I7&&l`6`lfz-JAtIlNCfT&jt<YhtwX9hkSXd8$OoJ>K@u=wSD%i7w4"
        "AW(&S@C4K<+VSl{V6$DXqmtzi1hlLl2s-fsc8(PZkanFJ*uAdQyoJ_XKP+2UkPZ}hI3gXY)-tBntaXS@L1#FqbK~f|FO^{`?<tF_"
        "M1v#2wM<%eSi&$)BCW%)BvZ0bYpAL=3!m{AI=c;wfR*yXuorb@7@BGrc2kij)~<!&X&xoho6_CfnFWqzlFWn8%C&x-=sqfc-Y^f!"
        "@1Ym(zZu47+uLfzzOj>9uNs<aWe3-|Cy|z$8_K$<r8y<zzaGT0pS9Co8O3lpkg;*6Kf+D=8<xh~n&NNLdCNSg!J@Oo{{!Y+!}0"
    ),
    7: (
        "c-l=<%}>-o6rVSpcH3noB!Va*#*?uJH%18u0~-k_H==UDG?J!tW^uK<U8ZeVH@l~<!JF~o1x?`Szcg1*{0p3XGh03;d2e24=KbF9"
        "ee@r>wHV4Pl<X}kPB<ha0NiOpyH>z}aEr6wz-{hKXkc#>UgPeBa922`71V?)823sz^Uevc^O+8G$S+z_^n+dEH!gIH9Uqi;u)4xU"
        "oN{qN@d!`gOAKgfsiAl%Gnz;nRZd2vgdZ=**5G*#Bddfhvj6xa9WxYr?Bw*!;xMvLk?6?b)~WNyS|sNH<Y<16>|rAB$b0gEoRBtf"
        "#_frlGwzh2$$z5{$QGg_J#S}d=duuwF5&5rwq6)QdeN#fcQv7TREJ1tzcGdpd?y>^Cp}`j<S&tqPK7Gke5PRFgVa9eP(glKUrRb!"
        "9;e-Y%hfm<)FH!#c5^LB<0#2m&6^hi+rV|92}nz$+KQ!p(Nmu26<r~tTqsDDlYPx{(N)0xnu5XvRB)`|lY)+dNWsCBRK>+J_ib%w"
        "ngoG5+=C||7txMy4}w+g*)l3&h9ID(e!%I(4XhKaNPubkmV(XeN<mdE?Vdd}tt-hHoa4oae5P_Kx8#zxcCjhw3_Ctkc2@L-RF*7y"
        "QnNB_a3okJlC~a}FpQHZ%fiqkW3rG-sOmZjtMVAyn@vQ(O1WX!i@G8VRXq&5DK8RjH^T6!h?41zaaVUL;8-Nd6?j#y<?BHAt7$Y1"
        "bHRKM-FW-WFg{*imkauho>afCXqw4c4eT65nOI$s+C|P?rKG&qgIM(QPTDgliiv@Ul{5VjZo=PWsob?G{}#P!nF|e=wddG>Swh6>"
    ),
    8: (
        "c-mc4OK;Oa5Z>8cJGL9%<<asGr%E{xAyIm2BdQj9tAHLr7L}EFHxO{*bk|l(l$;z?Ziow)g47=Sm-fo3e}NOTPEsB#&Fpw*=bLY4"
        "$3Mw`i=#Y2(a%u{A|N3l;7$|TWg!P5nBd<*IKmy%(AgrQBD^sXo^%TqR-`An@C!KhPlyP_Tn9Sj8!aft!49ca&uotE8W_K|vMgkr"
        "3VBBH=oAcmh+#^??iCatWzLdmp~}dR6!2wb#4;GN0yfF+(i=MBD9*^u=rI#8bdHef&=u^+{lRXM69BSz^%Z$cUXYjMH8~`05L`H8"
        "FXO^3z>@z&7sw_eBRzk6;AAS7_kY2I0c|`wCuA3$cITQUG>_^n656efU<jYdI{8ZX_zpQG$`Y?pL+cL>94H%69vR3?u$pvq7N^~Q"
        "!?P&X=_2spdb_@wq;WIRjryNEAz#OJW=SY!Q60n6zU&!a_VTV&%}g3djjKQEOm+>3TE#%FoHE<Kfp-Qv2AT$1C4&i<p!Bw_t-Z3@"
        "0nEb^s9R{q|BnNk?)nZYS&l+T%PxYTV=rWf*pm<ouQ3A~|MUx{J+lz{Uip9pIffH-49R<{7Bi+6t+j)5h5)c#<Hpf>Un;{?-c$DV"
        "OIA28T+5`5L*hqKoHVtLqDe`%8g(00FzctSXW(qq5dr(<MNzNWl~H7ZDC(vnPpn;yqP@JCOgv?{xiAHeWs=OmOLg}=&BAmdwXMp7"
        "@_XRLTh9jZ{@R+lVeeEe-N4XPt4kKvZ8f!ASynbgU6~bR{HF)8>}Q>{SE3j$4`giI$q(^Y^79&vw>n|pptFbbpb8hA%ltPP3&bt"
    ),
    9: (
        "c-mc4L2uJA6!x>7H0e4tjiG51nm8f#KsCg)1KO%h8|+pg?SP1wqAYfykT#v2uu-+A6pb6=Jdm~nhy5jAIql4i6VGWkV2<ANiyeRO"
        "`<`EZl3RnLZK3HG=mZgvkN|L|3GK3g0})K{Zy+4uj%ncR5m6D|m<Uh01q&+DlU(=(ock9<RK-jOI^+iw6wkpvsn@P-j#eFvf4IIT"
        "WSk0lMRDm847`tFO2W<+G#_oolKFrxBSTWam#q=YV8{yCB?k{*(-B8=Ms7yWnSh~lhE#{HU}x@kwn#1j$kF^u6vFW-7?9rFW1?HD"
        "n8H4<&`wDk1Q*WO%eZh0u!26(C9;dzkh0$zIGM`jgWvFIK$}l)NZLWC6}xLmE}(mZBoAsM7{X_=O}^42zE3WRvSRAg(8j8P6J<}7"
        "O9nDi-AFn*i_>nu>EY5Z3p=>iZfqoJ93{Hh_`4tQZ5&sYfMOQWF+A<dp7CWb?@ASA(m-ll{ZVJKYe3X126E+;nT`#-HPA5-88|Gn"
        "Pk2<z-L{RjR~Ekt3-A=w62|fE_F&Ul-$y6Q)(B`>K@fE81?&{-5uoTgGqCettzcR&3!zua3oXbwT;Rr#yrXJ4V`|w(`*>Xl0IfPV"
        "j?Vj18K&}{vfWU!!uH`>CT(mQKMdm}(mD($lB^nKx!FMTsh)we(?A5QmluY;s4K(JRKu{FiafD#EewzHD4Fb($Ia{%IF?Cr4PLsH"
        "n>5SQ4%Jqb2j%;~i}#)n;^WOtwP?SYwREe7rdrKeSobi}a(zwNBWnIyknx|L#Im1t(q4&TxIB@uaVI~>Kgn-28gFC5zDchy&Vw4<"
        "apw3RBQ3_S"
    ),
    10: (
        "c-mc4&u`N(6!x>7H0e5iXywPmn7E-Hs6b3RZ57i7yG=+tAR?xyi(M$BO=l-;RP8B6<Ayj7r0u|A|B|nq_AhW5&uKPbj^4BNY=7^2"
        "pI?5FD}$pwL(?zO2_hgS0pLty+G7C+BADRcK{&#l(7@Rwq9VKr5uS8&7F47sx$tv1_D_hYikU8S$xp~B-h*w@sGZpyTMaP&?(&k5"
        "Q6l6S#n34j_z*!!!p;>mA8p2x`G_thBa*|{2V<7Ph~=<BcIMvDF-LR8Zc2}tfRS^AR7b90NA3@HhnxVAJ^vLJ!tu))kiPeX=!g3l"
        "x8G~DL(&1kg){L|F5Db!L7(Y7*}!Z_+20yEsmkPo-|%QiTTd@Z+CfXj<}ArNy0=Jj#~s56zK}KYjqcHHa!Qmfra=vDJ~nWm?2RI1"
        "AT`yMxU17B=?z+*MX``|GQ8DkuEa^yj&-Z~_e8+gaGY5Ridjs@@MIwS#+Uu9CsjL@1`^}yPdb%71ENtekSV9gwQt~^fv$nJf!!ki"
        "lu5PN?bx-hp{qh27J!~FoG&tU7X#7NCSm2Q7tqO~K>}Ln2!c+$fE}VL0Y~+if%X3sgHkmMp%;s1&B-yG;Kqo&r)oB3YSyl{@zD?f"
        "wi?_xIvYr3n9BOf_C&!7n}}-}cd&K*FpT21)?qj;%T}cB*-~s4Ue+{p)|-fcnt5T^Z}(&vnrayK5|PDrT?@m#tQ}8xitA>!1de1J"
        "Uw{|x{$-l^vQLXN9;rhS8G6y?i($0Cx~gv5Q&!hT)zCz%>lWDEZELx_q^uO`=0!=ye|`|jLE26F1&ZPFKt{%${wV*XzpT=DD^vb0"
        "E3CF54{C4?Za9nl4~W&sUj"
    ),
    11: (
        "c-n<j-D?|15TChkeK{?So4R&_-Oz#@N4BVI8gNWSnx=g*1Vc+iovVCzZk3)SXYXXY!p17NL@I(R4<!mwKrb;V`781tNX1aIU?}v-"
        "Zwk(X@l$tC->o6Ld%x4o?9TjVc1Hg|-;mqy;|haEV1kJ@#F4!PTS$p<3BeRisfwn&E5v01Zh@)nf~i`{o(S+l>==rx0$3V*Bvac%"
        "rooP;=7TfF9(!JNzf7O$Pht|D;hw<cLPyTL;}V1eNBm<kjMTR>H)~o(#<Y(3CMLlj4eag);LZX(AjTXX;3IIc=X47OseJ<5qAT|4"
        "#X<e&u>9e-%+I#up}eiQa&Py&?nx83<R>g;TZ$<@QJ#u99^il_gwjVoo?bTp8)7<e8KU4w8^We|2R0Dl4wE7ja1~8yS9ALkXv%|j"
        "O~q7y5k{cLcrdXndD>!5c1hM6KgFv#Vc}z=FCieY=N+D|_Zj@o()B${(z3dZTUZowL4b!sNn3(HfN&CFkqVI+ikpO|!Qt_bkLM}6"
        "r~Y|6>9|HFwYHEOUX9G#86#mk3z42!<0mdMILSjjFxgt=L?Kqj;?1t$n3JMXjEy7ClW>AznM#>8D@}b?I-9ac!nG)7sN($OxK@gy"
        "8CEG~Jx&xiDE>e(Nijij#ZfuM@5cEcK~KL*#@cZ^jTW0jU#O5MUMO8?f*{Y7V}~Oj)S{2as$)$+-;4*vuL`l^dKt^n!(gcNW%--h"
        "L}jP4Q%i8H>@<cWjo|ctaJufTrpV8U%$R4<gI640!+`88I5{~vQ>Q@iN;gYSqm{28U#niL-LBoQEmaqos1calXF6%pd7DM`a4vRU"
        "e0g4qy{En$MTSOy?{#YL_!5H$tnDqY<>NvDSjFM478eV!iE)Wlk3jLpK*jLG{Nj&EyJGqqY_Rxh_~y<>R&V#Z%|M1+rMHu){kk-x"
        "$Oz$LSfa9%U9$)kNj6P*w|jTWxJr&?uTr0`8+O8Rblu^n$MfFRlL-bn`9_2t^7HGTYG1z=Dyk**x4^G~VyF}<gbqe7R^P3kn|>B!"
        "P;g7@h4tsNb#0mqwQ5n*^>iX-={oi6dMaaPZT>r`>-Vz>yQT4b(NLR*VcE8>hml<7Zh2BZYcaai0p48Br!796*%aPbEIshJd8Trj"
        "aqEkmv2p!6;XO^>;-vjl$T);II#pH@jx{$+_#KkrPVT7h=B8n-xyel0vqB|n(=w>i`mgnxzvY7SKGo)1VK0!Y?Y~{8%7E29;@>co"
        "_vQgi)CbqW(77f^c;!s+i^xLxKNNhg`0I5~ssYM*DSw;I+|SFq%YVruf65~bd30YMtr)dv<?eH#a<>6f`!H4SERX%ae2{yp"
    ),
    12: (
        "c-n1L-D_M$6hG&F-~C9@(v+>KrY(p!)i%+jAlT5Q*4CFm38-C6uQzulnz$e7+`HNBvWpP|?$Sus2XQfq`%*~BU(x@dRa(mspZb)y"
        "wpoZ2ADr3UyDh|XnR6~@&c|=g{Fuk^lIVTAR~71KAV4q+85CB@DmgWyArO^lzar7sl#H&xWgx~H5R)3)YA-coDnKo<G-7RI&$o0K"
        "4#;-j5}U*paS?9gw$k$;+(ak7D}QGk<o5izNkaVsp}R6bc<^h#Ul^pd#fnSNoi6Aw+Jh=Y0H&a(hU&ntM*a_B?oEKtMcta#)q2ec"
        "qanbOaS%4as=g`4Q8kFVY5b;E<WVpJv;LMQ;E?Y3;y9r_$kw7*q7&no=)Yn5%9r3PbEfESR?R9_5&%Cc>$WDmHFFkD!2|?YQV_0*"
        "TCzu3y#^)pg-1q|z%gekddP}&^f|s$QKsMHT3X1iY{fJ=Go5RNWt!(U%@=c&c_HOk;6`vW2x*QZaV(BSCJ)ZB#PKVRiyS?U^Bl{8"
        "CETNZ;TUpUU`K^Z77l7ct-_9-tb4bPJ^@7^Z>D!rC)*R7BhLWs@y5sXbYrE7&54~va^p(lO7qk9iT2@ky6tV9Y=74J=Khg04-#je"
        "sv>q@73m!VMvk{W*?hl!wSA*C{V+b(^y=v*-n#TheC(b!wr`4{Zliyn8IU*~ydn^+Po*98?y*FAO1tam>32>4<ttMnQok<L_ktm`"
        "OX-YKhXo|KW@Xemlrf{tf}?P}I3Sl4wZHbh5b7rs^crk6unIruFPMyia7)@j%CJ|%0g+hZ|6^taVMKeJaWt+6#bwI4%8Ge*MCQn8"
        "3uIbAvkTmIT|esuf$IkHV56&SSjLP9Rnae=5lJz5F{gz3N8F5+Y?zJsdh$`~`0vBN4Bt-I!;O{3%027s)}&B-(4&Xtx_K{0U6;pP"
        "H&-CVto%>7?v0|C?d^11@MOQePqSIqb&$!S26AE-dO%W<lB5rk62=<rE77g7H=_ND<zN1&;+M{!XYzSqGTw=Cr4X=$>}1S)0X;X#"
        "<n-B4GzV^9D*JRfTrA|fRk%jW)aOR;g}4K~`Vz@=>x14wrrB8kr3fwv^+ZL)$1wCaoOm>Jr~?|F?!;6auiG6E=BWj!e|vSc^4;8D"
        "dg{KO`cr?c<+mqV*SD0`^#|~Fx5Ix_#T8E"
    ),
    13: (
        "c-nPT-A@}w5TDum@c9cAA)uxpj76)MfFTM*Z53OwB3jxgsNrfF$%NB!KDTa-P4><}{m@cXs&GXWzf>}+)SUVf`e)=n2#T6SEBcft"
        "-kL&1ANtT;>?4s-_jI$Xnc11&%>1-3;I*Z6_M@-4_z85-@g`8@JGn_dlBgU9UDD+g>dF9oL8$TuBtTaOKo2abGgA994J>I1SdzI#"
        "o58kjp$E>bna-{U_0SYf!7R>@wk8grVKRIuj`K-m!Ii7i1>33?>_g$eHTb2~2@GNn@;@wK%P3&yeH-M!2SA`A<)t&d<m-E2?jk^q"
        "$F0aht}W(e-)liV51JQ+Ii-s?B&S{@y3`F<qzO?B`p|EU2{3WdJpR2ZDIfG>=(6vvE4nIk42uDWOoBt^0sz&G98N?4J|?$<?MM!("
        "1V&*5#^GWoLV@2ek~j==YaHfNX=xaW=#aK=5t4!Vy5iEB9cMUECz&fu&hm9A(o#`hQekp+&91PZU8$|w)O2lzRi-*$Ij+6Ru#nUk"
        ")~MhE!wrU?Gb}MQ8LlwgbTm;=XEAgc7HL0MiNFr!Vhav}(QR|5znMLVCA`bO3^qR8&NkMYco2!+pZj61`KdSJ^>|s&^zQ5>ygRLL"
        "_Ip!LBa<&B7<l_cg3yIy6$Xb|i$A~X-S+P7W}bw{b~8=0i955qnf>tCV|nZ(z}<fA|MxEyBA1*CJnhaq*>UO7U^JVSAB~5y?***a"
        "Cr5m4izY5}nk=0%n-U$Vl!Iy13Fov%WnH354$?@~QAo-RZyburoe@qfsq-JXTx5__?#%QF=HRaKirsNe!Ug#}k^E7bymNW=oHhdg"
        "b8nQBisQn04oz`tYc^#PtyO5R7_FE>k}%n^%S9G646AH9j$t^W_V^a<6Fx&?rpk>JzZ4P!dy9*I_{6kmBhU!%M4!io9`rrvdzk$-"
        "yY1dzZ>&GoCikYfI1=f9<J@AJVN}dj+b~$jFjlLDT3MVUhH<ZEmOGYi!zh-h<CaSmyHYibcHUkN#x>oNWtgr@ODi?k=J;5&1J$z2"
        "Wy44!9Tvz$$FH|R$9y41;Y0=G@8N_HW$FmHpd-G$u2~<vU$-{WX)2x^D*TfnMyd{t2mtDe>DX7NshA$^@_WXDvzwN^=9a3J(<n@~"
        "H*Jfl?N^5;gx_fj0fuSU+BIirs`CIj*SYvpLc|x)^#_bR@9O>=WW017l5lD}cno}dsR1hA-rlNzclVhR+gD;wls8+Jce%B^M_S9j"
        "!}w{2{{VkY7!m"
    ),
}
"""``_SOURCE`` as CPython 3.6 to 3.13 marshals it: zlib, then base85."""
_CALLS = {"open", "enumerate", "o.system", "d", "d('cGFzcw==').decode", "exec", "super", "super().run"}


def _bytes(minor: int) -> bytes:
    return zlib.decompress(base64.b85decode(_MARSHALLED[minor]))


def _calls(tree: ast.AST) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


@pytest.mark.parametrize("minor", sorted(_MARSHALLED))
def test_code_of_every_version_is_lifted(minor: int) -> None:
    """Whichever CPython wrote it, calls, imports, classes, loops and slices come back, without its number."""
    source = source_of_marshal(_bytes(minor))
    tree = ast.parse(source)
    assert _calls(tree) >= _CALLS
    assert "import os as o" in source
    assert "from base64 import b64decode as d" in source
    assert "d('AAAA')[1:2]" in source
    assert "class C(Exception):" in source
    assert "k=2" in source
    assert any(isinstance(node, ast.For) for node in ast.walk(tree))
    assert any(isinstance(node, ast.ListComp) for node in ast.walk(tree))


def test_this_python_is_lifted() -> None:
    """The version that runs is among those that are read."""
    tree = ast.parse(source_of_marshal(marshal.dumps(compile(_SOURCE, "t", "exec"))))
    assert _calls(tree) >= _CALLS - {"d('cGFzcw==').decode"}


def test_nonsense_gives_nothing() -> None:
    """What is no code object gives no source."""
    assert source_of_marshal(b"") == ""
    assert source_of_marshal(marshal.dumps((1, "x"))) == ""
    assert source_of_pyc(b"no byte code at all here") == ""


def test_shared_values_do_not_explode() -> None:
    """A value that is doubled over and over gets a name: the source stays as long as the byte code."""
    doubling = "x = 'a'\n" + "x = x + x\n" * 200
    assert len(source_of_marshal(marshal.dumps(compile(doubling, "t", "exec")))) < 10_000


def test_deep_expressions_are_read() -> None:
    """A sum of thousands of terms does not end in recursion."""
    body = ["x = 'a'", *("x = x + 'b'" for _ in range(10))]
    long = "y = " + "+".join(f"f({n})" for n in range(2_000))
    code = compile("\n".join([*body, long]), "t", "exec") if _compiles(long) else compile("\n".join(body), "t", "exec")
    assert source_of_marshal(marshal.dumps(code))


def _compiles(text: str) -> bool:
    try:
        compile(text, "t", "exec")
    except RecursionError:
        return False
    return True


@given(st.sampled_from(sorted(_MARSHALLED)), st.integers(0, 2**32))
def test_mutated_code_is_survived(minor: int, seed: int) -> None:
    """Damaged operations, counts and references never raise, and what comes out is text."""
    chance = random.Random(seed)
    data = bytearray(_bytes(minor))
    for _ in range(chance.randrange(1, 40)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    assert isinstance(source_of_marshal(bytes(data)), str)


@given(st.binary(max_size=300), st.integers(OLDEST, NEWEST))
def test_any_operations_are_survived(operations: bytes, minor: int) -> None:
    """Byte code that no compiler writes is lifted as far as it makes sense, and the result is source."""
    inner = Code(name="f", argcount=1, locals=("a", ".0"), bytecode=operations, names=("n", "lambda"))
    code = Code(
        bytecode=operations * 2,
        names=("a", "b.c", "not a name"),
        locals=("x", "<y>"),
        constants=("t", 5, Group("()", ("k",)), inner, b"b", None),
    )
    made = source_of(Parsed(value=code, code=(code, inner), strings=(), versions=(minor,), notes=()))
    assert isinstance(made, str)
