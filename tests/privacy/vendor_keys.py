"""Secrets as programs and vendors hand them out, made anew for each run: only the prefixes, which their makers publish, stand here,
so that no scanner of repositories takes this file for a leak. Each maker gives (text, form, [what may not be left])."""

import base64
import string

from values import FIRST, digits, draw

WORD = string.ascii_letters + string.digits
SMALL = string.ascii_lowercase + string.digits
HEX = "0123456789abcdef"
URLSAFE = WORD + "_-"
HOSTS = "db.example.com", "pg-1.internal.example", "mysql.example.net", "cache.example.org"

VENDORS = {
    "stripe": ("sk_" + "live_", WORD, 24),
    "stripe restricted": ("rk_" + "live_", WORD, 24),
    "openai": ("sk-" + "proj-", URLSAFE, 64),
    "anthropic": ("sk-" + "ant-api03-", URLSAFE, 93),
    "github": ("gh" + "p_", WORD, 36),
    "github server": ("gh" + "s_", WORD, 36),
    "github fine": ("github" + "_pat_", WORD, 59),
    "gitlab": ("gl" + "pat-", URLSAFE, 20),
    "aws": ("AK" + "IA", string.ascii_uppercase + "234567", 16),
    "google": ("AI" + "za", URLSAFE, 35),
    "google client": ("GOC" + "SPX-", URLSAFE, 28),
    "npm": ("np" + "m_", WORD, 36),
    "pypi": ("py" + "pi-AgEIcHlwaS5vcmc", URLSAFE, 60),
    "digitalocean": ("do" + "p_v1_", HEX, 64),
    "huggingface": ("h" + "f_", string.ascii_letters, 34),
    "groq": ("g" + "sk_", WORD, 52),
    "shopify": ("shp" + "at_", HEX, 32),
    "square": ("sq0" + "csp-", URLSAFE, 43),
    "linear": ("lin" + "_api_", WORD, 40),
    "notion": ("nt" + "n_", WORD, 46),
    "new relic": ("NR" + "AK-", string.ascii_uppercase + string.digits, 27),
    "docker": ("dckr" + "_pat_", URLSAFE, 27),
    "databricks": ("da" + "pi", HEX, 32),
    "atlassian": ("ATA" + "TT3xFfGF0", URLSAFE, 60),
    "grafana": ("gl" + "sa_", WORD, 32),
    "vault": ("hv" + "s.", URLSAFE, 90),
    "supabase": ("sb" + "p_", HEX, 40),
    "doppler": ("dp.p" + "t.", WORD, 43),
    "figma": ("fig" + "d_", URLSAFE, 40),
    "postman": ("PM" + "AK-", HEX, 24),
    "mailgun": ("ke" + "y-", HEX, 32),
    "brevo": ("xkey" + "sib-", HEX, 64),
    "planetscale": ("pscale_" + "tkn_", URLSAFE, 43),
    "slack": ("xo" + "xb-", string.digits, 12),
    "slack user": ("xo" + "xp-", string.digits, 12),
    "sendgrid": ("S" + "G.", URLSAFE, 22),
    "jwt": ("ey" + "J", URLSAFE, 30),
    "openrouter": ("sk-" + "or-v1-", HEX, 64),
    "perplexity": ("pp" + "lx-", WORD, 48),
    "replicate": ("r" + "8_", WORD, 37),
}


def api_key(chance):
    form = chance.choice(sorted(VENDORS))
    start, letters, length = VENDORS[form]
    rest = draw(chance, letters, length)
    if form.startswith("slack"):
        rest += f"-{digits(chance, 12)}-{draw(chance, WORD, 24)}"
    elif form == "postman":
        rest += "-" + draw(chance, HEX, 34)
    elif form == "sendgrid":
        rest += "." + draw(chance, URLSAFE, 43)
    elif form == "jwt":
        rest = "hbGciOiJIUzI1NiJ9.ey" + "J" + draw(chance, WORD, 60) + "." + draw(chance, URLSAFE, 43)
    elif letters == URLSAFE and rest[-1] in "-_":
        rest = rest[:-1] + "k"
    return start + rest, form, [rest]


def cookie(chance):
    value = draw(chance, WORD, chance.choice((20, 26, 32, 40)))
    form, text = chance.choice([
        ("line", "Cookie: session={}; theme=dark"),
        ("set", "Set-Cookie: PHPSESSID={}; Path=/; HttpOnly"),
        ("second", "Cookie: lang=de; sid={}"),
        ("curl -b", "curl -b 'JSESSIONID={}' https://app.example.com/me"),
        ("curl -H", "curl -H 'Cookie: auth_token={}' https://app.example.com/"),
        ("small", "cookie: connect.sid=s%3A{}.x"),
        ("set host", "set-cookie: __Host-session={}; Secure; SameSite=Lax")])
    return text.format(value), form, [value]


def authorization(chance):
    token = draw(chance, WORD, chance.choice((24, 32, 48)))
    name, word = chance.choice(FIRST), draw(chance, WORD, 10)
    basic = base64.b64encode(f"{name}:{word}".encode()).decode()
    form, text, left = chance.choice([
        ("bearer", f"Authorization: Bearer {token}", token),
        ("basic", f"Authorization: Basic {basic}", basic),
        ("small", f"authorization: bearer {token}", token),
        ("token", f"Authorization: Token {token}", token),
        ("proxy", f"Proxy-Authorization: Basic {basic}", basic),
        ("json", f'"Authorization": "Bearer {token}"', token),
        ("dict", f"{{'Authorization': 'Bearer {token}'}}", token),
        ("x-api-key", f"X-API-Key: {token}", token),
        ("x-auth", f"X-Auth-Token: {token}", token),
        ("plain", f"Authorization: {token}", token),
        ("curl", f"curl -H \"Authorization: Bearer {token}\" https://api.example.com/v1/me", token),
        ("token=", f"Authorization: Token token={token}", token)])
    return text, form, [left.rstrip("=")]


def curl(chance):
    name = chance.choice(FIRST)
    word = chance.choice(["Summer", "Winter", "Kastanie", "Fiets"]) + str(chance.randrange(1970, 2025)) + chance.choice("!.#_")
    form, text = chance.choice([
        ("-u", "curl -u {}:{} https://api.example.com/v1"),
        ("'…'", "curl -u '{}:{}' https://api.example.com"), ('"…"', 'curl -sS -u "{}:{}" -X POST https://api.example.com'),
        ("--user", "curl --user {}:{} https://api.example.com"), 
        ("-u together", "curl -u{}:{} https://api.example.com"),
        ("proxy", "curl --proxy-user {}:{} https://api.example.com"),
        ("late", "curl https://api.example.com -d x=1 -u {}:{}")])
    return text.format(name, word), form, [word]


def signature(chance):
    b64 = base64.b64encode(bytes(chance.randrange(256) for _ in range(32))).decode()
    form, value, text = chance.choice([
        ("sas", b64, "https://files.blob.core.windows.net/c/report.pdf?sv=2022-11-02&sr=b&sig={}&se=2025-01-01"),
        ("sig", draw(chance, HEX, 64), "https://hooks.example.com/in?id=7&sig={}"),
        ("s3", draw(chance, HEX, 64), "https://bucket.s3.amazonaws.com/a.zip?X-Amz-Date=20240501T101010Z&X-Amz-Signature={}"),
        ("gcs", draw(chance, HEX, 128), "https://storage.googleapis.com/b/a.zip?X-Goog-Expires=600&X-Goog-Signature={}"),
        ("signature", draw(chance, URLSAFE, 40), "https://cdn.example.com/v.mp4?Expires=1714550400&Signature={}x&Key-Pair-Id=K2"),
        ("token", draw(chance, WORD, 32), "https://app.example.com/reset?token={}"),
        ("access_token", draw(chance, WORD, 40), "https://api.example.com/me?access_token={}"),
        ("short", draw(chance, WORD, 22), "sig={}")])
    shown = value.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D") if form == "sas" else value
    return text.format(shown), form, [value.rstrip("=")]


def bot_token(chance):
    telegram = f"{digits(chance, chance.choice((9, 10)))}:AA{draw(chance, URLSAFE, 32)}k"
    owner = base64.b64encode(("1" + digits(chance, 18)).encode()).decode().rstrip("=")
    secret, hook = draw(chance, WORD, 38), draw(chance, URLSAFE, 67) + "k"
    discord = f"{owner}.G{draw(chance, WORD, 5)}.{secret}"
    slack = f"T{draw(chance, SMALL.upper(), 8)}/B{draw(chance, SMALL.upper(), 10)}/{draw(chance, WORD, 24)}"
    form, text, left = chance.choice([
        ("telegram path", f"https://api.telegram.org/bot{telegram}/getMe", telegram.split(":")[1]),
        ("telegram", f"TELEGRAM_TOKEN={telegram}", telegram.split(":")[1]),
        ("telegram bare", telegram, telegram.split(":")[1]),
        ("discord", f"Authorization: Bot {discord}", secret),
        ("discord bare", discord, secret),
        ("slack hook", f"https://hooks.slack.com/services/{slack}", slack.rsplit("/", 1)[1]),
        ("discord hook", f"https://discord.com/api/webhooks/{digits(chance, 18)}/{hook}", hook)])
    return text, form, [left]


def private_key(chance):
    kind = chance.choice(["RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY",
                          "PGP PRIVATE KEY BLOCK"])
    lines = [draw(chance, WORD + "+/", 64) for _ in range(chance.randrange(3, 7))] + [draw(chance, WORD, 38) + "=="]
    head = ["Version: GnuPG v2", ""] if kind.startswith("PGP") else []
    form = chance.choice(["whole", "whole", "cut", "one line"])
    dashes = "-" * 5
    end = [] if form == "cut" else [f"{dashes}END {kind}{dashes}"]
    text = "\n".join([f"{dashes}BEGIN {kind}{dashes}"] + head + lines + end)
    if form == "one line":
        text = text.replace("\n", "\\n")
    return text, form + (" pgp" if head else ""), [lines[0], lines[-1].rstrip("=")]


def connection(chance):
    name, word = chance.choice(FIRST), draw(chance, WORD, 6) + chance.choice(["!", "_", "-", ""]) + digits(chance, 4) + "q"
    host = chance.choice(HOSTS)
    key = base64.b64encode(bytes(chance.randrange(256) for _ in range(chance.choice((32, 64))))).decode()
    form, text, left = chance.choice([
        ("postgres", f"postgres://{name}:{word}@{host}:5432/shop", word),
        ("postgresql", f"postgresql://{name}:{word}@{host}/shop?sslmode=require", word),
        ("mysql", f"mysql://{name}:{word}@{host}:3306/shop", word),
        ("mongodb", f"mongodb+srv://{name}:{word}@{host}/shop", word),
        ("redis", f"redis://:{word}@{host}:6379/0", word),
        ("amqp", f"amqps://{name}:{word}@{host}/vhost", word),
        ("https", f"https://{name}:{word}@{host}/feed", word),
        ("ftp", f"ftp://{name}:{word}@{host}/in", word),
        ("sqlserver", f"Server={host};Database=shop;User Id={name};Password={word};", word),
        ("pwd", f"Server={host};Uid={name};Pwd={word};", word),
        ("jdbc", f"jdbc:mysql://{host}/shop?user={name}&password={word}", word),
        ("azure", f"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={key};EndpointSuffix=core.windows.net", key),
        ("bus", f"Endpoint=sb://shop.example.net/;SharedAccessKeyName=root;SharedAccessKey={key}", key),
        ("libpq", f"host={host} user={name} password={word} dbname=shop", word),
        ("smtp", f"smtps://{name}:{word}@{host}:465", word)])
    return text, form, [left.rstrip("=")]
