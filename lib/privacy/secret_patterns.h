/* Patterns of keys and labels, for secret.c alone: PCRE2 in extended mode, on bytes, tried only
 * where one of the stems begins. Extended mode skips the byte 0x85 as white space, even inside a
 * letter, hence one (?-x:). Every repetition is bounded or possessive; no class includes a control
 * character, because those are walls. */
#ifndef PRIVACY_SECRET_PATTERNS_H
#define PRIVACY_SECRET_PATTERNS_H

/* clang-format off */

/* Formats that more than their beginning makes (others: vendors.def). Group 1: the password in a
 * URL; group 2: the first line of a PEM block. Without a group the whole match is the key. Case
 * matters. */
#define KEY_PATTERN \
	"(?: (?<![A-Za-z0-9]) (?:" \
	" eyJ[\\w-]{4,}+\\.[\\w-]{4,}+(?:\\.[\\w-]*+){0,3}"   /* JWT: RFC 7519 */ \
	"|hooks\\.slack(?:-gov)?\\.com/[^\\x00-\\x20\"'<>()]{8,}+" \
	"|discord(?:app)?\\.com/api/webhooks/[^\\x00-\\x20\"'<>()]{8,}+" \
	")" \
	"|://[^\\x00-\\x20/:@\"'<>]{0,64}+:([^\\x00-\\x20/@\"'<>]{1,128}+)(?=@)" \
	"|(--\\x20?BEGIN\\x20[A-Z0-9\\x20]{0,40}PRIVATE\\x20KEY(?:\\x20BLOCK)?\\x20?--)" \
	")"

/* What may follow a label: closing quotes and Markdown, a remark in parentheses, what the label is
 * for. */
#define AFTER_LABEL \
	"[\"'\\\\*`_\\])]{0,4}+ (?:[ \\r]?\\([^()\\x00-\\x1f]{0,40}+\\))?+" \
	"(?:[ ](?:for|to|of|on|für|zu|zum|de|del|do|da|para|pour|per|voor)" \
	"(?:[ ][^\\x00-\\x20:=;,|\"]{1,40}+(?<![.!?])){1,4}?)?"
#define TAG \
	"</?(?:b|strong|i|em|u|span|t[drh]|p|br|div|code|pre|font|tt|kbd|d[dt]|li|a|label)" \
	"\\b[^<>\\x00-\\x1f]{0,80}+>"
#define BEFORE_VALUE "(?:[ \\t\\r]|\\*\\*|&nbsp;|" TAG "){0,32}+"
/* The start of a word, also inside a word writtenLikeThis. */
#define WORD_START(capitals) "(?:(?<![a-z0-9\\x80-\\xff])|(?-i:(?<=[a-z])(?=[" capitals "])))"
#define WORD_END "(?![a-z\\x80-\\xff])"

/* Each label, in the order of enum label, and then each link, in the order of enum link, is a
 * group; LABEL_BEARER, which has its own link, is none. The value begins where the match ends. Case
 * does not matter. */
#define FIRST_LABEL_GROUP 1
#define FIRST_LINK_GROUP 7
#define LABEL_PATTERN \
	"(?:" \
	"(?: (pass[-_ ]?wor[dt](?:e?s)?|passwd|pass[-_ ]?code|pswd|kennwort(?:e?s)?|zugangscode" \
	"|contrase(?:n|ñ|Ñ)as?" \
	"    |mot[-_ ]de[-_ ]passe|wachtwoord(?:en)?|has(?:ł|Ł|l)(?:o|em|a)" \
	"    |l(?:ö|Ö|o)sen(?:ord(?:et|en)?)?|adgangskoden?|kodeord(?:et)?" \
	"    |passord(?:et)?|(?:sala|tunnus)sana(?:ni|si|n|ksi|nsa)?|hesl(?:o|em|a)|senhas?" \
	"    |palavra[- ]passe|parola[ ]d['’]ordine" \
	"    |jelsz(?:ó|Ó|o)|(?:ş|Ş)ifre|пароль|Пароль|ПАРОЛЬ" \
	"|密码|密碼|口令|パスワード|비밀번호" \
	"    |(?-x:كلمة (?:المرور|السر))|पासवर्ड|κωδικός|mật[ ]khẩu|kata[ ]sandi)" \
	"  |(pass[-_ ]?phrase|(?:seed|recovery)[ ]phrase)" \
	"  |" WORD_START("PW") "(pass|pwd|pw|psw|mdp|ww|clave|parola|sifre)" WORD_END \
	"  |" WORD_START("P") "(pin(?:[- ]?(?:code|number|nummer))?s?)" WORD_END \
	"  |((?:api|access|account|auth|signing|shared|secret|private|consumer|encryption|master)" \
	"[-_ ]?" \
	"     (?:access[-_ ]?|api[-_ ]?)?(?:key|secret|token|schl(?:ü|ue)ssel)s?(?:[-_ ]?id)?" \
	"    |client[-_ ]?secret|cl(?:é|e)[ ](?:d['e][ ]?)?api|clave[ ](?:de[ ](?:la[ ])?)?api)" \
	"  |" WORD_START("TS") "(tokens?|secrets?)" WORD_END " )" \
	" (?: ([0-9]{0,4}+(?:[-_][a-z0-9]{1,16}+){0,3}+ " AFTER_LABEL " [ \\t\\r]*+" \
	"      (?:[:=]++>?(?![ \\t\\r]{0,8}+\\|)|[-=]++>|>" \
	"|(?:</?(?:t[drh]|d[dt])\\b[^<>\\x00-\\x1f]{0,80}+>[ \\t\\r\\n]{0,8}+){1,6}+))" \
	"   |" AFTER_LABEL "(?:" \
	"      ([ \\r](?:is|was|will[ \\r]be)" \
	"(?:[ \\r](?:now|still|currently|just|simply|probably|set[ \\r]to|changed[ \\r]to))?+" \
	"(?:[ \\r]?:|[ \\r]))" \
	"     |([ \\r](?:lautet|reads)[ :])" \
	"     |([ \\r](?:ist|war|es|est|é|è|er|är|to(?:[ \\r]jest)?|jest|je|on" \
	"|til|till|na|en|a|à|это|-)" \
	"(?:[ \\r]?:|[ \\r])" \
	"|[ \\r]?(?:是|为|為|は|が|는|은)|[:=]?+[ \\t\\r]{0,8}+\\|))" \
	"   |" AFTER_LABEL "([ \\r]{0,2}\"?(?:[\\t;]|,(?![ \\r]))" \
	"|[ \\r]{0,2}[\"|]?[ \\r]?(?=\\n))" \
	"   |([ \\r]))" \
	"|(?:authorization[\"'\\\\]{0,2}+[ \\t\\r]*+[:=][ \\t\"'\\\\]{0,4}+" \
	"(?:(?:basic|bearer|token|digest|apikey)[ \\r])?" \
	"  |(?<![a-z0-9])bearer[ \\r])" \
	")" BEFORE_VALUE "(?:\\n" BEFORE_VALUE "){0,2}+"

/* The first three bytes of everything above, ASCII letters in lower case. */
#define KEY_STEMS "eyj", "hoo", "dis", "://", "--b", "-- "
#define LABEL_STEMS \
	"pas", "psw", "tun", "ww:", "ww=", "ww ", "ww\t", "ww;", "ww,", "ww\"", "ww|", "ww\n", \
	"pw\t", "pw;", "pw,", "pw|", "pw\n", "ken", "zug", "con", "mot", "wac", \
	"has", "l\xc3\xb6", "l\xc3\x96", "los", \
	"adg", "kod", "sal", "pal", "jel", "\xc5\x9f\x69", "\xc5\x9e\x69", "\xd0\xbf\xd0", \
	"\xd0\x9f\xd0", "密", "口", "パ", "비", "\xd9\x83\xd9", "\xe0\xa4\xaa", "\xce\xba\xcf", \
	"m\xe1\xba", "kat", "see", "rec", "pwd", "pw:", "pw=", "pw ", "pw_", "pw\"", "pw'", "mdp", \
	"cla", "sen", "hes", "par", "sif", "pin", "api", "acc", "aut", "sig", "sha", "sec", "pri", \
	"enc", "mas", "cli", "cl\xc3", "cle", "tok", "bea"

/* clang-format on */

#endif
