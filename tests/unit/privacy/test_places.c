/* What only its place, a veil or a word gives away, and what looks like it and must stay. */
#include "redactor.h"

static void secrets_go_by_their_place(void **state)
{
	value_goes("GET https://api.telegram.org/",
	           "bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "bot[REDACTED_API_KEY]");
	becomes("token 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw here",
	        "token [REDACTED_API_KEY] here");
	becomes("Cookie: session=abcDEF1234567890; x=1\nnext", "Cookie: [REDACTED_API_KEY]\nnext");
	becomes("curl -H 'Cookie: a=b; c=d' https://x.example",
	        "curl -H 'Cookie: [REDACTED_API_KEY]' https://x.example");
	becomes("Set-Cookie: sid=1; HttpOnly", "Set-Cookie: [REDACTED_API_KEY]");
	becomes("Authorization: Basic YTpi", "Authorization: Basic [REDACTED_API_KEY]");
	becomes("Authorization: AWS4-HMAC-SHA256 Credential=AK/1, Signature=ab",
	        "Authorization: [REDACTED_API_KEY]");
	becomes("?sv=2022-11-02&sig=abcDEF123%2Bxyz%3D", "?sv=2022-11-02&sig=[REDACTED_API_KEY]");
	becomes("curl -u anna:Summer2024! https://x.example",
	        "curl -u anna:[REDACTED_PASSWORD] https://x.example");
	becomes("JSESSIONID=0123456789abcdef; more", "JSESSIONID=[REDACTED_API_KEY]; more");
	becomes("Private-Lines: 1\nAAAAB3NzaC1yc2EAAAADAQAB\nEnd",
	        "Private-Lines: 1\n[REDACTED_API_KEY]\nEnd");
}

static void what_commands_are_given_goes(void **state)
{
	static const char *const commands[][2] = {
	        {"curl -sSu 'anna:", "' https://x.example"},
	        {"curl -U anna:", " -x proxy.example"},
	        {"mysql -u root -p", " shop"},
	        {"mysqldump -uroot -p'", "' shop"},
	        {"sshpass -p ", " ssh anna@host"},
	        {"docker login -u anna -p ", " registry.example"},
	        {"redis-cli -h cache -a ", " ping"},
	        {"http -a anna:", " GET x.example"},
	        {"ldapsearch -x -D cn=admin -w ", " -b dc=x"},
	        {"sqlcmd -S db -U sa -P \"", "\""},
	        {"plink -pw ", " anna@host"},
	        {"http --auth anna:", " GET x.example"},
	        {"requests.get(u, auth=('anna', '", "'))"},
	        {"dsn: anna:", "@tcp(db.example:3306)/shop"},
	        {"sqlplus anna/", "@orcl"},
	        {"sqlplus -S anna/", ""},
	        {"jdbc:oracle:thin:anna/", "@//db.example:1521/x"},
	};
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		char text[200], wanted[200];
		snprintf(text, sizeof(text), "%sKx7mPq2vRt9wZa%s", commands[i][0], commands[i][1]);
		snprintf(wanted, sizeof(wanted), "%s[REDACTED_PASSWORD]%s", commands[i][0],
		         commands[i][1]);
		becomes(text, wanted);
	}
	becomes("curl -b 'sid=a1; theme=b' -uanna:pw1 https://x.example",
	        "curl -b '[REDACTED_API_KEY]' -uanna:[REDACTED_PASSWORD] https://x.example");
	becomes("curl --cookie sid=a1 https://x.example",
	        "curl --cookie [REDACTED_API_KEY] https://x.example");
}

static void commands_without_a_secret_stay(void **state)
{
	stays("mkdir -p /var/lib/x; ssh -p 2222 host; docker run -p 8080:80 image; ps -a | grep x");
	stays("mysql -u root -p shop; mysqldump --port 3306; mysql -P 3306; wc -w file");
	stays("curl -b cookies.txt -o out.html https://x.example; curl -v https://x.example/a:b");
	stays("redis-cli -a gives an error, the login page ignores -p and more");
	stays("requests.get(u, auth=('anna', None)), Authorization: required by JavaScript");
	stays("sqlplus / as sysdba; sqlplus /nolog; login -p $PASSWORD; redis-cli -a <password>");
}

static void sessions_and_keys_of_addresses_go(void **state)
{
	static const char *const before[] = {
	        "Ocp-Apim-Subscription-Key: ",
	        "x-functions-key: ",
	        "__Host-session=",
	        ".AspNetCore.Cookies=",
	        "wordpress_logged_in_abc=",
	        "https://x.example/api/f?code=",
	        "https://x.example/api/f?a=b&key=",
	        "jwt=",
	        "https://x.webhook.office.com/webhookb2/",
	        "https://hooks.zapier.com/hooks/catch/",
	        "https://maker.ifttt.com/trigger/x/with/key/",
	};
	for (size_t i = 0; i < ARRAY_LEN(before); i++) {
		char text[200], wanted[200];
		snprintf(text, sizeof(text), "%sKx7mPq2vRt9wZa and more", before[i]);
		snprintf(wanted, sizeof(wanted), "%s[REDACTED_API_KEY] and more", before[i]);
		becomes(text, wanted);
	}
	becomes("Authorization: GenieKey Kx7mPq2vRt9wZa",
	        "Authorization: GenieKey [REDACTED_API_KEY]");
	becomes("X-Session-Id: Kx7mPq2vRt9wZa", "X-Session-Id: [REDACTED_API_KEY]");
	becomes("COOKIE:\ta=Kx7mPq2vRt9wZa; b=2\nmore", "COOKIE:\t[REDACTED_API_KEY]\nmore");
	stays("https://x.example/search?key=summer-dress-2024&code=SAVE20");
	stays("https://x.example/webhookb2/ gives 404");
}

static void places_without_a_secret_stay(void **state)
{
	stays("Cookie: how do I accept it? The cookie banner is broken. Cookies: none");
	stays("docker run -u 1000:1000 image, the bot does not answer, robot123456789:x");
	stays("Authorization: required. signature=none sig= session=open");
}

static void veiled_addresses_go(void **state)
{
	static const char *const addresses[] = {
	        "anna.k(at)mailbox.example",         "anna.k (at) mailbox.example",
	        "anna.k [at] mailbox [dot] example", "anna.k{at}mailbox{dot}example",
	        "anna.k at mailbox dot example",     "anna.k AT mailbox DOT example",
	        "anna.k @ mailbox.example",          "anna.k@ mailbox.example",
	        "anna.k @mailbox.example",           "anna.k (arroba) mailbox (punto) example",
	        "\"anna k\"@mailbox.example",
	};
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
		value_goes("Reach me: ", addresses[i], "[REDACTED_EMAIL]");
}

static void what_is_no_veiled_address_stays(void **state)
{
	stays("Look at example.com for it. Meet me at noon. We are at version 2.dot");
	stays("logo@2x.png and icon@3x.png are blurred, @media (max-width: 10px)");
	stays("I was at some point angry, at this point in time; connect to @domain.com, i.e. "
	      "@b.to");
	stays("The error (at) line 5, at least dot net works at home.");
}

static void numbers_go_behind_the_words_people_use(void **state)
{
	static const char *const words[] = {"Ph: ",
	                                    "Mob: ",
	                                    "M: ",
	                                    "T: ",
	                                    "T. ",
	                                    "Tel.: ",
	                                    "my number is ",
	                                    "Meine Nummer ",
	                                    "mon numéro est ",
	                                    "mi número es ",
	                                    "o meu número é ",
	                                    "il mio numero è ",
	                                    "mijn nummer is ",
	                                    "mój numer to ",
	                                    "moje číslo je ",
	                                    "mitt nummer är ",
	                                    "mit nummer er ",
	                                    "puh. ",
	                                    "Rückruf: ",
	                                    "zadzwoń ",
	                                    "zavolejte ",
	                                    "мой номер ",
	                                    "我的号码是",
	                                    "私の番号は",
	                                    "내 번호는 ",
	                                    "whatsapp "};
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		char text[128], wanted[128];
		snprintf(text, sizeof(text), "%s07911123456, thanks. %s9876543210", words[i],
		         words[i]);
		snprintf(wanted, sizeof(wanted), "%s[REDACTED_PHONE], thanks. %s[REDACTED_PHONE]",
		         words[i], words[i]);
		becomes(text, wanted);
	}
}

static void numbers_behind_other_words_stay(void **state)
{
	stays("my order number is 9876543210, mein Auftrag Nummer 9876543210");
	stays("Item M 9876543210 and the number 9876543210 of the list");
	stays("numer zamówienia 9876543210, číslo objednávky 9876543210, ordrenummer 9876543210");
}

static void versions_of_four_parts_stay(void **state)
{
	stays("since the update to 23.10.1.15 it fails");
	stays("libcurl 7.88.1.10 crashes, plugin 12.4.0.2 breaks the page");
	stays("App version 10.20.30.40 crashes, AcmeSync 4.12.3.10 too");
	stays("7.0.1.22 (build 3) fails, 4.8.0.12 build 7 too");
	becomes("libcurl 192.168.1.10 refused", "libcurl [REDACTED_IP] refused");
	becomes("Anna 84.112.3.4", "Anna [REDACTED_IP]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(secrets_go_by_their_place),
	        cmocka_unit_test(what_commands_are_given_goes),
	        cmocka_unit_test(commands_without_a_secret_stay),
	        cmocka_unit_test(sessions_and_keys_of_addresses_go),
	        cmocka_unit_test(places_without_a_secret_stay),
	        cmocka_unit_test(veiled_addresses_go),
	        cmocka_unit_test(what_is_no_veiled_address_stays),
	        cmocka_unit_test(numbers_go_behind_the_words_people_use),
	        cmocka_unit_test(numbers_behind_other_words_stay),
	        cmocka_unit_test(versions_of_four_parts_stay),
	};
	return cmocka_run_group_tests(tests, make_redactor, drop_redactor);
}
