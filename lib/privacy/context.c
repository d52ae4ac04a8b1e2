/* The words before a number. Ten digits are a phone number after "call me at" and a ticket after "case no."; the shape
 * alone cannot tell. */
#include "privacy/scan.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 5
#define WORD_BYTES_MAX 40
#define GAP_BYTES_MAX 16
#define WALLS_MAX 8
#define NEUTRAL_MAX 3

struct word {
	const char *text; /* ASCII letters in lower case */
	unsigned classes;
};

/* Sorted by strcmp for bsearch(). */
static const struct word words[] = {
        {"account", WORD_ID},
        {"addr", WORD_IP},
        {"address", WORD_IP},
        {"addresses", WORD_IP},
        {"adresse", WORD_IP},
        {"allowlist", WORD_IP},
        {"amex", WORD_CARD},
        {"amount", WORD_ID},
        {"anrufen", WORD_PHONE},
        {"article", WORD_ID},
        {"auftrag", WORD_ORDER},
        {"auftragsnummer", WORD_ORDER},
        {"bestellnr", WORD_ORDER},
        {"bestellnummer", WORD_ORDER},
        {"bestellung", WORD_ORDER},
        {"blacklist", WORD_IP},
        {"blocklist", WORD_IP},
        {"booking", WORD_ORDER},
        {"buchung", WORD_ORDER},
        {"bug", WORD_ID},
        {"build", WORD_VERSION | WORD_ID},
        {"bytes", WORD_ID},
        {"call", WORD_PHONE},
        {"callback", WORD_PHONE},
        {"called", WORD_PHONE},
        {"calling", WORD_PHONE},
        {"calls", WORD_PHONE},
        {"card", WORD_CARD},
        {"cards", WORD_CARD},
        {"carta", WORD_CARD},
        {"cartao", WORD_CARD},
        {"carte", WORD_CARD},
        {"cartão", WORD_CARD},
        {"case", WORD_ORDER},
        {"cc", WORD_CARD},
        {"cell", WORD_PHONE},
        {"cellphone", WORD_PHONE},
        {"cellular", WORD_PHONE},
        {"cellulare", WORD_PHONE},
        {"celular", WORD_PHONE},
        {"chrome", WORD_VERSION},
        {"claim", WORD_ID},
        {"code", WORD_ID},
        {"commande", WORD_ORDER},
        {"commit", WORD_ID},
        {"confirmation", WORD_ORDER},
        {"connected", WORD_IP},
        {"connection", WORD_IP},
        {"contact", WORD_PHONE},
        {"contract", WORD_ID},
        {"credit", WORD_CARD},
        {"customer", WORD_ID},
        {"debit", WORD_CARD},
        {"dial", WORD_PHONE},
        {"dialed", WORD_PHONE},
        {"dialled", WORD_PHONE},
        {"dirección", WORD_IP},
        {"discover", WORD_CARD},
        {"dns", WORD_IP},
        {"downgraded", WORD_VERSION},
        {"driver", WORD_VERSION},
        {"ean", WORD_ID},
        {"edge", WORD_VERSION},
        {"epoch", WORD_ID},
        {"error", WORD_ID},
        {"factura", WORD_ORDER},
        {"facture", WORD_ORDER},
        {"fattura", WORD_ORDER},
        {"fax", WORD_PHONE},
        {"firefox", WORD_VERSION},
        {"firewall", WORD_IP},
        {"firmware", WORD_VERSION},
        {"from", WORD_NEUTRAL},
        {"gateway", WORD_IP},
        {"handy", WORD_PHONE},
        {"handynummer", WORD_PHONE},
        {"hash", WORD_ID},
        {"host", WORD_IP},
        {"hostname", WORD_IP},
        {"hosts", WORD_IP},
        {"hotline", WORD_PHONE},
        {"id", WORD_ID},
        {"ids", WORD_ID},
        {"imei", WORD_ID},
        {"incident", WORD_ORDER},
        {"indirizzo", WORD_IP},
        {"invoice", WORD_ORDER},
        {"invoices", WORD_ORDER},
        {"ip", WORD_IP},
        {"ips", WORD_IP},
        {"ipv4", WORD_IP},
        {"ipv6", WORD_IP},
        {"is", WORD_NEUTRAL},
        {"isbn", WORD_ID},
        {"issue", WORD_ID},
        {"ist", WORD_NEUTRAL},
        {"item", WORD_ID},
        {"itin", WORD_SSN},
        {"job", WORD_ID},
        {"kaart", WORD_CARD},
        {"karte", WORD_CARD},
        {"kernel", WORD_VERSION},
        {"kreditkarte", WORD_CARD},
        {"kundennummer", WORD_ORDER},
        {"landline", WORD_PHONE},
        {"licence", WORD_ID},
        {"license", WORD_ID},
        {"logged", WORD_IP},
        {"login", WORD_IP},
        {"maestro", WORD_CARD},
        {"mastercard", WORD_CARD},
        {"mobil", WORD_PHONE},
        {"mobile", WORD_PHONE},
        {"mobilnummer", WORD_PHONE},
        {"mobiltelefon", WORD_PHONE},
        {"model", WORD_ID},
        {"movil", WORD_PHONE},
        {"móvil", WORD_PHONE},
        {"nameserver", WORD_IP},
        {"netmask", WORD_IP},
        {"no", WORD_NEUTRAL},
        {"nr", WORD_NEUTRAL},
        {"nslookup", WORD_IP},
        {"num", WORD_NEUTRAL},
        {"number", WORD_NEUTRAL},
        {"numbers", WORD_NEUTRAL},
        {"numero", WORD_NEUTRAL},
        {"nummer", WORD_NEUTRAL},
        {"numéro", WORD_NEUTRAL},
        {"número", WORD_NEUTRAL},
        {"order", WORD_ORDER},
        {"ordernumber", WORD_ORDER},
        {"orders", WORD_ORDER},
        {"ordine", WORD_ORDER},
        {"parcel", WORD_ORDER},
        {"part", WORD_ID},
        {"pedido", WORD_ORDER},
        {"peer", WORD_IP},
        {"phone", WORD_PHONE},
        {"phonenumber", WORD_PHONE},
        {"phones", WORD_PHONE},
        {"pid", WORD_ID},
        {"ping", WORD_IP},
        {"pinging", WORD_IP},
        {"po", WORD_ORDER},
        {"policy", WORD_ID},
        {"portable", WORD_PHONE},
        {"price", WORD_ID},
        {"product", WORD_ID},
        {"proxy", WORD_IP},
        {"puhelin", WORD_PHONE},
        {"reach", WORD_PHONE},
        {"rechnung", WORD_ORDER},
        {"rechnungsnummer", WORD_ORDER},
        {"ref", WORD_ORDER},
        {"reference", WORD_ORDER},
        {"release", WORD_VERSION},
        {"remote", WORD_IP},
        {"request", WORD_ID},
        {"reservation", WORD_ORDER},
        {"resolver", WORD_IP},
        {"rev", WORD_VERSION},
        {"revision", WORD_VERSION},
        {"ring", WORD_PHONE},
        {"rma", WORD_ORDER},
        {"router", WORD_IP},
        {"rufnummer", WORD_PHONE},
        {"safari", WORD_VERSION},
        {"sdk", WORD_VERSION},
        {"sendung", WORD_ORDER},
        {"sendungsnummer", WORD_ORDER},
        {"serial", WORD_ORDER},
        {"server", WORD_IP},
        {"serveur", WORD_IP},
        {"servidor", WORD_IP},
        {"shipment", WORD_ORDER},
        {"sku", WORD_ORDER},
        {"sms", WORD_PHONE},
        {"social", WORD_SSN},
        {"sozialversicherungsnummer", WORD_SSN},
        {"ss", WORD_SSN},
        {"ssh", WORD_IP},
        {"ssn", WORD_SSN},
        {"ssns", WORD_SSN},
        {"subnet", WORD_IP},
        {"tarjeta", WORD_CARD},
        {"tel", WORD_PHONE},
        {"telefon", WORD_PHONE},
        {"telefone", WORD_PHONE},
        {"telefonnummer", WORD_PHONE},
        {"telefono", WORD_PHONE},
        {"telefoon", WORD_PHONE},
        {"telephone", WORD_PHONE},
        {"telnet", WORD_IP},
        {"teléfono", WORD_PHONE},
        {"text", WORD_PHONE},
        {"texted", WORD_PHONE},
        {"the", WORD_NEUTRAL},
        {"ticket", WORD_ORDER},
        {"tickets", WORD_ORDER},
        {"time", WORD_ID},
        {"timestamp", WORD_ID},
        {"tin", WORD_SSN},
        {"tlf", WORD_PHONE},
        {"to", WORD_NEUTRAL},
        {"total", WORD_ID},
        {"tracking", WORD_ORDER},
        {"transaction", WORD_ORDER},
        {"tél", WORD_PHONE},
        {"téléphone", WORD_PHONE},
        {"upgrade", WORD_VERSION},
        {"upgraded", WORD_VERSION},
        {"v", WORD_VERSION},
        {"ver", WORD_VERSION},
        {"vers", WORD_VERSION},
        {"version", WORD_VERSION | WORD_ID},
        {"versions", WORD_VERSION | WORD_ID},
        {"vertrag", WORD_ID},
        {"visa", WORD_CARD},
        {"vorgang", WORD_ORDER},
        {"vpn", WORD_IP},
        {"whatsapp", WORD_PHONE},
        {"whitelist", WORD_IP},
};

/* In scripts without upper and lower case as we fold it, or without blanks between words: found anywhere in a word. */
static const struct word parts[] = {
        {"电话", WORD_PHONE},    {"電話", WORD_PHONE},  {"手机", WORD_PHONE},   {"手機", WORD_PHONE},
        {"携帯", WORD_PHONE},    {"전화", WORD_PHONE},  {"휴대폰", WORD_PHONE}, {"телефон", WORD_PHONE},
        {"Телефон", WORD_PHONE}, {"тел", WORD_PHONE},   {"Тел", WORD_PHONE},    {"мобильн", WORD_PHONE},
        {"звон", WORD_PHONE},    {"هاتف", WORD_PHONE},  {"τηλ", WORD_PHONE},    {"订单", WORD_ORDER},
        {"注文", WORD_ORDER},    {"заказ", WORD_ORDER}, {"주문", WORD_ORDER},   {"卡号", WORD_CARD},
        {"信用卡", WORD_CARD},   {"карт", WORD_CARD},   {"カード", WORD_CARD},
};

static int compare_words(const void *key, const void *element)
{
	const struct word *word = element;
	return strcmp(key, word->text);
}

static unsigned classify(struct str text)
{
	char lower[WORD_BYTES_MAX + 1];
	bool high = false;
	if (ascii_is_digit(text.data[0]))
		return 0;
	for (size_t i = 0; i < text.len; i++) {
		lower[i] = ascii_lower(text.data[i]);
		high = high || is_high(lower[i]);
	}
	lower[text.len] = '\0';
	const struct word *word = bsearch(lower, words, ARRAY_LEN(words), sizeof(words[0]), compare_words);
	if (word)
		return word->classes;
	for (size_t i = 0; high && i < ARRAY_LEN(parts); i++)
		if (strstr(lower, parts[i].text))
			return parts[i].classes;
	return 0;
}

/* Goes back over blanks, punctuation and walls. False at the start of the text, an empty line or a wide gap. */
static bool skip_gap(const struct mask *mask, size_t *at, unsigned *walls)
{
	size_t gap = 0;
	for (unsigned lines = 0; *at > 0; gap++) {
		char c = mask->text[*at - 1];
		if (ascii_is_alnum(c) || is_high(c))
			return true;
		lines = c == '\n' ? lines + 1 : c == ' ' || c == '\t' ? lines : 0;
		if (lines == 2 || gap == GAP_BYTES_MAX)
			return false;
		if (!is_wall(c)) {
			(*at)--;
			continue;
		}
		if (++*walls > WALLS_MAX)
			return false;
		while (is_wall(mask_before(mask, *at)) && *at > 0)
			(*at)--;
		gap = 0;
	}
	return false;
}

/* Does the byte before `at` belong to the word that starts at `at`? Points and dashes between digits do, so that a date
 * or an address is one word. */
static bool joined(const struct mask *mask, size_t at)
{
	char c = mask_before(mask, at);
	if (ascii_is_alnum(c) || is_high(c))
		return true;
	return (c == '.' || c == '-' || c == ':') && ascii_is_digit(mask_at(mask, at)) && at > 1 &&
	       ascii_is_digit(mask->text[at - 2]);
}

static bool word_before(const struct mask *mask, size_t *at, unsigned *walls, struct str *ret_word)
{
	if (!skip_gap(mask, at, walls))
		return false;
	size_t end = *at;
	while (*at > 0 && joined(mask, *at)) {
		if (end - *at == WORD_BYTES_MAX)
			return false;
		(*at)--;
	}
	*ret_word = str_make(mask->text + *at, end - *at);
	return true;
}

bool context_has(const struct mask *mask, size_t at, unsigned want, unsigned veto)
{
	unsigned walls = 0;
	struct str word;
	for (unsigned i = 0; i < WORDS_MAX && word_before(mask, &at, &walls, &word); i++) {
		unsigned classes = classify(word);
		if (classes & veto)
			return false;
		if (classes & want)
			return true;
	}
	return false;
}

bool context_directly(const struct mask *mask, size_t at, unsigned want)
{
	unsigned walls = WALLS_MAX;
	struct str word;
	for (unsigned i = 0; i <= NEUTRAL_MAX && word_before(mask, &at, &walls, &word); i++) {
		unsigned classes = classify(word);
		if (classes & want)
			return true;
		if (!(classes & WORD_NEUTRAL))
			return false;
	}
	return false;
}

bool context_is_order_number(const struct mask *mask, size_t at)
{
	size_t sign = at;
	while (sign > 0 && at - sign < 2 && mask->text[sign - 1] == ' ')
		sign--;
	return mask_before(mask, sign) == '#' || context_directly(mask, at, WORD_ORDER);
}

bool context_number_may_start(const struct mask *mask, size_t at)
{
	char before = mask_before(mask, at);
	if (!ascii_is_alnum(before))
		return true;
	if (!ascii_is_alpha(before))
		return false;
	unsigned walls = 0;
	struct str word;
	return word_before(mask, &at, &walls, &word) && word.len > 1 && classify(word) != 0;
}
