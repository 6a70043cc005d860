"""sipp as the UE and its P-CSCF, or as the UE alone: scenarios of rounds, each a request and the
answer waited for."""
import string

HEAD = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="lab">
"""

# Of the P-CSCF two Via, its own and the UE's as it came through; and the identity that it asserts.
VIA_OF_UE = "Via: SIP/2.0/UDP 192.0.2.30:5060;branch=z9hG4bK-ue-[call_number]-$number\n"
START = """$method $uri SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=$branch
%sMax-Forwards: 69
From: <$impu>;tag=[call_number]
To: <$to>$to_tag
Call-ID: [call_id]
CSeq: $number $method
"""
HEADERS = {
    "REGISTER": """Contact: <sip:$user@192.0.2.30:5060>;expires=$expires
Path: <sip:term@[local_ip]:[local_port];lr>
Require: path
Supported: path
P-Visited-Network-ID: $visited
P-Charging-Vector: icid-value="[call_id]";icid-generated-at=[local_ip]
""",
    "INVITE": """Route: <sip:orig@$scscf_name:$scscf_port;lr>
P-$claim-Identity: <$impu>
Contact: <sip:$user@192.0.2.30:5060>
""",
    "MESSAGE": """Route: <sip:orig@$scscf_name:$scscf_port;lr>
P-$claim-Identity: <$impu>
""",
}
END = "Content-Length: 0\n\n"

# The nonce is kept for the rounds that write their credentials themselves.
KEEP_NONCE = """
    <action>
      <ereg regexp="nonce=.([^&quot;]*)" search_in="hdr" header="{header}" assign_to="all,nonce"/>
    </action>
  """
CHALLENGES = {401: "WWW-Authenticate:", 407: "Proxy-Authenticate:"}
# Kamailio marks its vector as sent after the 401 has left: an answer at once is challenged anew.
PAUSE = '  <pause milliseconds="50"/>\n'
REFERENCE = '  <Reference variables="all,nonce"/>\n'

DIGEST = ('Authorization: Digest username="$impi",realm="$home",uri="sip:$home",'
          'nonce="$nonce",response="$response",algorithm=AKAv1-MD5$more\n')
WRONG = "0123456789abcdef0123456789abcdef"

# Credentials that the UE writes itself: nonce, response and more.
WRITTEN = {
    "empty": ("", "", ""),
    "wrong": ("[$nonce]", WRONG, ""),
    "mac-failure": ("[$nonce]", "", ""),
    "resynchronisation": ("[$nonce]", WRONG, ',auts="$auts"'),
}
# Those of sipp, which answers the last challenge with Milenage or with a password.
COMPUTED = {
    "none": "",
    "usim": "[authentication username=$impi aka_OP=$op aka_AMF=0x8000 aka_K=$k]\n",
    "password": "[authentication username=$impi password=$password]\n",
    "bad-password": "[authentication username=$impi password=not-$password]\n",
}


def credentials(kind):
    """The header as a template."""
    if kind in COMPUTED:
        return COMPUTED[kind]
    nonce, response, more = WRITTEN[kind]
    return DIGEST.replace("$nonce", nonce).replace("$response", response).replace("$more", more)


def start(values):
    return START % (VIA_OF_UE if values["claim"] == "Asserted" else "")


def send(method, number, values, authorization=""):
    text = string.Template(start(values) + HEADERS[method] + authorization + END).substitute(
        values, method=method, number=number, branch="[branch]", to_tag="", nonce="$nonce")
    return f'  <send retrans="500">\n    <![CDATA[\n{text}]]>\n  </send>\n'


def acknowledge(number, values, status):
    """The ACK of an answer that is not 2xx has the branch of its INVITE, which sipp counts back to:
    over the pause, both receives and itself."""
    text = string.Template(start(values) + END).substitute(
        values, method="ACK", number=number, to_tag="[peer_tag_param]",
        branch="[branch-4]" if status in CHALLENGES else "[branch-3]")
    return f"  <send>\n    <![CDATA[\n{text}]]>\n  </send>\n"


def receive(status):
    """The answer; a provisional one may come first."""
    header = CHALLENGES.get(status)
    head, body, pause = ((' auth="true"', KEEP_NONCE.format(header=header), PAUSE) if header else
                         ("", "", ""))
    return ('  <recv response="100" optional="true"/>\n'
            f'  <recv response="{status}"{head} timeout="8000">{body}</recv>\n{pause}')


def scenario(method, rounds, values):
    """rounds: (credentials, status waited for) each; values: what the templates name."""
    text = HEAD
    for number, (kind, status) in enumerate(rounds, 1):
        text += send(method, number, values, credentials(kind)) + receive(status)
        if method == "INVITE":
            text += acknowledge(number, values, status)
    if any(status in CHALLENGES for _, status in rounds):
        text += REFERENCE
    return text + "</scenario>\n"
