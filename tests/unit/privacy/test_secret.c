/* Keys, passwords after a label, e-mail addresses. The keys are made up and put together at run
 * time, so that no scanner takes this file for a leak. */
#include "redactor.h"

static void email_addresses_go(void **state)
{
	static const char *const values[] = {"john@example.com",
	                                     "john.doe+tag@sub.example.co.uk",
	                                     "j_d-x%y@example.io",
	                                     "o'brien@example.com",
	                                     "JOHN@EXAMPLE.COM",
	                                     "jürgen@müller.de",
	                                     "a@b.xn--p1ai",
	                                     "用户@例子.广告",
	                                     "ｊｏｈｎ＠ｅｘａｍｐｌｅ．ｃｏｍ",
	                                     "jo\xe2\x80\x8bhn@exa\xc2\xadmple.com"};
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		value_goes("write to ", values[i], "[REDACTED_EMAIL]");
	becomes("<a@b.io> mailto:a@b.io \"a@b.io\" **a@b.io** 'a@b.io'",
	        "<[REDACTED_EMAIL]> mailto:[REDACTED_EMAIL] \"[REDACTED_EMAIL]\" "
	        "**[REDACTED_EMAIL]** "
	        "'[REDACTED_EMAIL]'");
	becomes("邮箱foo@bar.com请", "邮箱[REDACTED_EMAIL]请");
	becomes("https://x.org/?mail=a@b.io&x=1", "https://x.org/?mail=[REDACTED_EMAIL]&x=1");
	becomes("a@b.io,c@d.io;e@f.io", "[REDACTED_EMAIL],[REDACTED_EMAIL];[REDACTED_EMAIL]");
	becomes("foo@bar@baz.com", "foo@[REDACTED_EMAIL]");
	becomes("a@b.co1.com-", "[REDACTED_EMAIL]-");
	stays("user@localhost, @handle, a @ b, x@y.1, x@.com, @b.com, x@-.com, a@b.c");
}

static void known_key_formats_go(void **state)
{
	static const char *const parts[][2] = {
	        {"sk-", "abcdefghijklmnop1234"},
	        {"sk-proj-", "abc_DEF-ghijklmn1234"},
	        {"xoxb-", "123456789012-abcdef"},
	        {"xapp-", "1-A0123456789"},
	        {"AKIA", "IOSFODNN7EXAMPLE"},
	        {"ASIA", "IOSFODNN7EXAMPLE"},
	        {"ghp_", "abcdefghijklmnopqrstuvwxyz0123456789"},
	        {"gho_", "abcdefghijklmnopqrst"},
	        {"github_pat_", "11AAAAAAA0abcdefghijkl_mnop"},
	        {"glpat-", "abcdefghij0123456789"},
	        {"AIza", "SyA-abcdefghijklmnopqrstuvwxyz01234"},
	        {"sk_live_", "abcdefghij0123456789"},
	        {"rk_test_", "abcdefghij0123"},
	        {"whsec_", "abcdefghij0123456789"},
	        {"SG.", "abcdefghijklmnop.abcdefghijklmnop"},
	        {"key-", "0123456789abcdef0123456789abcdef"},
	        {"npm_", "abcdefghij0123456789abcdef"},
	        {"pypi-", "AgEIcHlwaS5vcmcCJGFiY2Q"},
	        {"hf_", "abcdefghijklmnopqrstuv"},
	        {"ya29.", "a0AfH6SMBabcdefghij"},
	        {"eyJhbGciOiJIUzI1NiJ9",
	         ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9"}};
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		char key[128];
		snprintf(key, sizeof(key), "%s%s", parts[i][0], parts[i][1]);
		char text[300];
		snprintf(text, sizeof(text), "use (%s) or %s, ok", key, key);
		becomes(text, "use ([REDACTED_API_KEY]) or [REDACTED_API_KEY], ok");
	}
	becomes("post to https://hooks.slack.com/services/"
	        "T000/B000/XXXXXXXX now",
	        "post to https://[REDACTED_API_KEY] now");
	stays("task-management-tool-for-teams, sk-short, ask-me, AKIA, eyJ, xoxo-");
}

static void private_key_blocks_go_as_a_whole(void **state)
{
#define BEGIN "-----BEGIN "
#define LINE "MIIEpAIBAAKCAQEA1234"
	becomes("key:\n" BEGIN "RSA PRIVATE KEY-----\n" LINE
	        "\n\nabc==\n-----END RSA PRIVATE KEY-----\nthanks",
	        "key:\n[REDACTED_API_KEY]\nthanks");
	becomes(BEGIN "PRIVATE KEY-----\\n" LINE "\\n-----END PRIVATE KEY-----\\n",
	        "[REDACTED_API_KEY]\\n");
	becomes(BEGIN "PGP PRIVATE KEY BLOCK-----\n" LINE, "[REDACTED_API_KEY]");
	becomes(BEGIN "PRIVATE KEY-----\n" LINE "\\n" LINE "\nand words",
	        "[REDACTED_API_KEY]\nand words");
	becomes("private key: " BEGIN "EC PRIVATE KEY-----\n" LINE "\n-----END",
	        "private key: [REDACTED_API_KEY]");
	stays(BEGIN "CERTIFICATE-----\n" LINE "\n-----END CERTIFICATE-----");
}

static void labelled_keys_and_tokens_go(void **state)
{
	static const char *const labels[] = {"api_key: ",       "API key = ",
	                                     "apikey=",         "\"api-key\": ",
	                                     "x-api-key: ",     "secret access key is ",
	                                     "client_secret=",  "access_token: ",
	                                     "token=",          "Authorization: Bearer ",
	                                     "bearer ",         "Authorization: Basic ",
	                                     "API-Schlüssel: ", "AWS_SECRET_ACCESS_KEY="};
	for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
		char text[128], wanted[128];
		snprintf(text, sizeof(text), "my %sab12cd34ef56, ok", labels[i]);
		snprintf(wanted, sizeof(wanted), "my %s[REDACTED_API_KEY], ok", labels[i]);
		becomes(text, wanted);
	}
	becomes("/x?token=abcdef123456&a=b", "/x?token=[REDACTED_API_KEY]&a=b");
	becomes("api key abcdef123456 works", "api key [REDACTED_API_KEY] works");
	becomes("api_key=mysecretkey", "api_key=[REDACTED_API_KEY]");
	stays("api key: required, api key is invalid, api key invalid, unexpected token: }, token "
	      "= "
	      "getToken(x1234567)");
	stays("the bearer instrument, a secret: never tell, secret santa, token ring, tokens used: "
	      "312");
	stays("validateEncrytionSecrets -> validateEncryptionSecrets");
	stays("api_key=${API_KEY_NAME1}, token abcdef12");
}

static void a_password_after_a_label_goes(void **state)
{
	static const char *const labels[] = {"password: ",
	                                     "Password:",
	                                     "PASSWORD = ",
	                                     "password is ",
	                                     "password is now ",
	                                     "password was ",
	                                     "pwd=",
	                                     "pw: ",
	                                     "pass: ",
	                                     "passwd: ",
	                                     "passcode: ",
	                                     "Passwort: ",
	                                     "Passwort ist ",
	                                     "Passwort lautet ",
	                                     "Kennwort: ",
	                                     "contraseña: ",
	                                     "CONTRASEÑA: ",
	                                     "la contraseña es ",
	                                     "mot de passe : ",
	                                     "le mot de passe est ",
	                                     "mdp: ",
	                                     "senha: ",
	                                     "a senha é ",
	                                     "wachtwoord: ",
	                                     "hasło: ",
	                                     "lösenord: ",
	                                     "heslo: ",
	                                     "salasana: ",
	                                     "пароль: ",
	                                     "Пароль: ",
	                                     "密码:",
	                                     "密码是",
	                                     "パスワード: ",
	                                     "비밀번호: ",
	                                     "كلمة المرور: ",
	                                     "DB_PASSWORD=",
	                                     "userPassword: ",
	                                     "smtpPwd=",
	                                     "password1: ",
	                                     "password_new=",
	                                     "**Password:** ",
	                                     "Password (new): ",
	                                     "password for bob: ",
	                                     "password for the admin account is ",
	                                     "--password ",
	                                     "password ",
	                                     "password - ",
	                                     "<b>Password:</b> ",
	                                     "<td>password</td><td>",
	                                     "password:&nbsp;",
	                                     "password -> ",
	                                     "password:\n",
	                                     "Password:\n\n",
	                                     "clave: "};
	for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
		char text[128], wanted[128];
		snprintf(text, sizeof(text), "my %shunter2! but it fails", labels[i]);
		snprintf(wanted, sizeof(wanted), "my %s[REDACTED_PASSWORD] but it fails",
		         labels[i]);
		becomes(text, wanted);
	}
}

static void only_the_value_goes(void **state)
{
	becomes("password: hunter2, then", "password: [REDACTED_PASSWORD], then");
	becomes("(password: hunter2)", "(password: [REDACTED_PASSWORD])");
	becomes("password is dragon.", "password is [REDACTED_PASSWORD].");
	becomes("{\"password\":\"hun\\\"ter 2\",\"x\":1}",
	        "{\"password\":\"[REDACTED_PASSWORD]\",\"x\":1}");
	becomes("{\\\"password\\\":\\\"hunter2\\\"}",
	        "{\\\"password\\\":\\\"[REDACTED_PASSWORD]\\\"}");
	becomes("password='two words' ok", "password='[REDACTED_PASSWORD]' ok");
	becomes("password: «two words» ok", "password: «[REDACTED_PASSWORD]» ok");
	becomes("password: \"open end", "password: \"[REDACTED_PASSWORD] end");
	becomes("password \"dragon\" fails", "password \"[REDACTED_PASSWORD]\" fails");
	becomes("password: it's'x1 'a'", "password: [REDACTED_PASSWORD] 'a'");
	becomes("<password>hunter2</password>", "<password>[REDACTED_PASSWORD]</password>");
	becomes("password: a<b1&c", "password: [REDACTED_PASSWORD]");
	becomes("x?password=hunter2&user=bob", "x?password=[REDACTED_PASSWORD]&user=bob");
	becomes("Server=x;Pwd=hunter2;Database=y", "Server=x;Pwd=[REDACTED_PASSWORD];Database=y");
	becomes("password=hunter2,user=bob", "password=[REDACTED_PASSWORD],user=bob");
	becomes("密码是hunter2请帮忙", "密码是[REDACTED_PASSWORD]请帮忙");
	becomes("пароль: Привет", "пароль: [REDACTED_PASSWORD]");
	becomes("https://user:hunter2@host.com/x", "https://user:[REDACTED_PASSWORD]@host.com/x");
	becomes("password: p@ss!word9.x", "password: [REDACTED_PASSWORD]");
	becomes("password: 12345678 or", "password: [REDACTED_PASSWORD] or");
	becomes("password is 12345678", "password is [REDACTED_PASSWORD]");
	becomes("passphrase: correct horse battery staple. Thanks",
	        "passphrase: [REDACTED_PASSWORD]. Thanks");
	becomes("passphrase: \"a b\" c", "passphrase: \"[REDACTED_PASSWORD]\" c");
	char text[400], wanted[400];
	snprintf(text, sizeof(text), "password=%0300d, ok", 7);
	snprintf(wanted, sizeof(wanted), "password=[REDACTED_PASSWORD], ok");
	becomes(text, wanted);
	becomes("password for: john@example.com", "password for: [REDACTED_EMAIL]");
}

static void pins_are_digits(void **state)
{
	becomes("PIN: 1234, pin is 98765, pin code 4321",
	        "PIN: [REDACTED_PASSWORD], pin is [REDACTED_PASSWORD], pin code "
	        "[REDACTED_PASSWORD]");
	stays("pin: the map, pin 12, spin: 1234, pin1: x");
}

static void talk_about_passwords_stays(void **state)
{
	stays("password reset does not work");
	stays("I forgot my password: ");
	stays("my password is broken, the password is not working, password is wrong");
	stays("password is 5 days old, the password is sent in clear");
	stays("passwordauth: plugin, 'passwordless' => 'yes', NumberOfPasswordPrompts=3");
	stays("the password has expired");
	stays("password:\nPlease help me");
	stays("Password: Username: bob");
	stays("reset your password: https://example.com/reset");
	stays("passwords don't match, password/username, password-protected, passport: yes");
	stays("boarding pass A1234B, compass: north, pass: no, pass the 10-K2 test");
	stays("Passwort ist falsch, la contraseña es incorrecta, password: ********");
	stays("password");
	stays("password is");
	stays("password \"field\n\"");
	stays("password [REDACTED_PASSWORD] password: [REDACTED_PASSWORD] password is "
	      "[REDACTED_PASSWORD]");
	stays("a script to pass to `git-annex diffdriver`, the pool that I pass to HttpClient");
	becomes("changed my pass to hunter2x", "changed my pass to [REDACTED_PASSWORD]");
	stays("app passwords) on 16th September, only if the password is non-blank");
	stays("WEBDAV_PASSWORD=[password] password: <secret>");
	stays("[sudo] password for anna: anna@host:~$ ls");
	becomes("[sudo] password for bob: anna@host:~$", "[sudo] password for bob: "
	                                                 "[REDACTED_PASSWORD]");
	stays("the password field \"unexpectedly\" empty; password \"incorrect\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(email_addresses_go),
	        cmocka_unit_test(known_key_formats_go),
	        cmocka_unit_test(private_key_blocks_go_as_a_whole),
	        cmocka_unit_test(labelled_keys_and_tokens_go),
	        cmocka_unit_test(a_password_after_a_label_goes),
	        cmocka_unit_test(only_the_value_goes),
	        cmocka_unit_test(pins_are_digits),
	        cmocka_unit_test(talk_about_passwords_stays),
	};
	return cmocka_run_group_tests(tests, make_redactor, drop_redactor);
}
