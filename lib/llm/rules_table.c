/* What people write when something is broken, wished for, paid for or asked, how much it hurries, and how they feel.
 * Weights: 6 and more say it outright, 3 is a strong hint, 1 a weak one. The words are those of support mail in
 * general; a product's own names have no place here. */
#include "llm/rules_table.h"

#define BUG LABEL_ROOT_CAUSE, CAUSE_BUG
#define FEATURE LABEL_ROOT_CAUSE, CAUSE_FEATURE
#define REFUND LABEL_ROOT_CAUSE, CAUSE_REFUND
#define OTHER LABEL_ROOT_CAUSE, CAUSE_OTHER
#define HIGH LABEL_URGENCY, URGENCY_HIGH
#define LOW LABEL_URGENCY, URGENCY_LOW
#define POSITIVE LABEL_SENTIMENT, SENTIMENT_POSITIVE
#define NEGATIVE LABEL_SENTIMENT, SENTIMENT_NEGATIVE

const struct rule RULES[] = {
        /* Broken */
        {BUG, 6,
         "crash*, segfault*, stack trace, traceback, exception*, nullpointer*, data loss, corrupt*, bug, "
         "bugs, buggy, regression, blue screen, internal server error, core dump, out of memory, "
         "memory leak, steps to reproduce, to reproduce"},
        {BUG, 5,
         "error, errors, fails, failed, failing, failure, failures, broken, not working, doesnt work, "
         "does not work, didnt work, isnt working, is not working, wont work, stopped working, "
         "no longer work*, not work, arent working, broke, declined, rejected, unable to, hangs, freezes, "
         "frozen, timeout, timed out, times out, 404, 500, 502, 503, infinite loop"},
        {BUG, 4,
         "unsuccessful*, inconsistent, breaks, dies, couldnt get, keeps getting, undefined value, "
         "experiencing, wrong, misbehav*, fail, cannot, cant log in, cant login, cant access, cant open, "
         "wont open, wont load, wont start, doesnt load, does not load, not loading, doesnt show, "
         "not showing, isnt showing, doesnt appear, not updat*, hasnt updat*, didnt go through, "
         "not go through, didnt update, incorrectly, glitch*, malfunction*, unexpected*, throws, thrown, "
         "outage, is down, unresponsive, blank page, blank screen, white screen, wont let me, "
         "not letting me, doesnt let me, disappear*, vanish*, deadlock*, doesnt accept, not accept*, "
         "not respond*, doesnt respond, keeps crash*, keeps fail*, keeps log*, got stuck, is stuck, "
         "stuck on"},
        {BUG, 3,
         "missing, incorrect*, problem with, invalid, does not, doesnt, wasnt, is not, isnt, wont, causes, "
         "after update, after updating, after the update, after upgrad*, instead of, expected, slow, stuck, "
         "empty, problem, issue, hasnt, error message, status code, not being, not shown, not display*, "
         "duplicate*, undefined, null, ignored, ignores"},
        {BUG, 2,
         "tried, trying, keep, keeps, when i try, when i click, upgrade, upgraded, why isnt, why doesnt, "
         "why wont, why is my, why was my, but it, not, version, log, still, warning, debug, unknown, "
         "no matter, going on, what happened, whats wrong, didnt, issues, https, http, load, test, button, "
         "login, restart*, reinstall*, reset, reboot*"},
        {BUG, 6,
         "fehler*, funktioniert nicht, geht nicht, kaputt*, abstürz*, stürzt ab, defekt*, störung, "
         "ne fonctionne p*, ne marche p*, erreur*, plante, en panne, no funciona*, no carga, no puedo, "
         "fallo, falla, se bloquea"},

        /* Wished for */
        {FEATURE, 6,
         "wunsch, wünsche*, wünschen, wäre schön, wäre toll, wäre gut, vorschlag, verbesserungsvorschlag, "
         "funktionswunsch, serait bien, serait utile, serait pratique, je souhaiterais, sugerencia, "
         "sería bueno, sería útil, sería genial"},
        {FEATURE, 6,
         "feature request, feature suggestion, wishlist, would be nice, would be great if, "
         "would be good if, would be useful, would be helpful if, would be awesome if, would love to see, "
         "would love to have, itd be nice, itd be great if, please add, please support, "
         "please consider add*, id like to see, would like to see, nice to have, could you add, "
         "can you add, could you please add, i suggest, i propose, suggestion, enhancement*, nice feature, "
         "new feature, feature that, missing feature, any plans to, do you plan to, on the roadmap, "
         "would be cool, nice if, great if, good if, useful if, helpful if, cool if"},
        {FEATURE, 5,
         "ability to, add support, support for, option to, add an option, add option, should support, "
         "it would be, would allow, allow for, allow users, allow to, allow me to, could be made, "
         "should be possible to, make it possible to, should be able to, would make, be nice, be useful, "
         "be helpful, be possible to, request a feature, dark mode"},
        {FEATURE, 4,
         "allow, feature, features, wish, improve*, implement*, proposal, add a, adding a, add, support, "
         "provide, an option, extend*, could be, could have, would need, should have, a way for, lets add, "
         "adds, configurable, customi*"},
        {FEATURE, 2,
         "currently, could, would, might, perhaps, useful, option, more, easier, default, may be, plugin, "
         "integration, integrate, export to, optionally, per, alternative*, nice, ideally, based on, avoid, "
         "such as, todo, patch, list of, use case, instead, want to be able, better"},

        /* Paid for */
        {REFUND, 8,
         "refund*, money back, chargeback*, reimburs*, overcharg*, double charge*, charged twice, "
         "charged me twice, twice charged, billed twice, charged again, cancel my subscription, "
         "cancel my order, cancel my plan, cancel my membership, cancel my account, unsubscribe, "
         "unauthori*ed charge, wrong amount, was charged, been charged, i charged, got charged, "
         "being charged, charged me, charged a, charged an, charged for, charged extra, extra charge*, "
         "extra fee*, extra pound, my money, get my money, give me back, rueckerstattung, rückerstattung, "
         "remboursement, rembourser, reembolso, geld zurück, return the item, return my order"},
        {REFUND, 7,
         "charge, charges, charged, fee, fees, billed, billing, invoice*, cancel a, cancel the, "
         "cancel this, cancel it, cancel transfer, cancel*, double, twice, dispute*, overpaid, rechnung*, "
         "kündig*, factura, facture, cancelar, annuler, a purchase, purchased, bought"},
        {REFUND, 4,
         "revert, revert a, strange payment, strange transaction, pending payment, dont recognize, "
         "dont recognise, statement, transaction, fee for, fee on"},
        {REFUND, 3,
         "subscription, payment, paid, pay, pay for, statement, transaction, item, seller, merchant, order, "
         "purchase, free trial, renewal, renewed, renew*, extra, cost, price, discount, cashback, "
         "wrong account, credit, additional, pound, dollars, withdrawing, receipt, made a mistake, "
         "by mistake, money, wrong person, return"},
        {REFUND, 8,
         "my refund, a refund, erstatt*, zurückerstatt*, stornier*, abgebucht, doppelt berechnet, "
         "abbuchung*, prélevé*, débité*, deux fois, devolución, cobrado, cobro*, cobraron, dinero"},

        /* Asked */
        {OTHER, 5, "wie kann ich, wo finde ich, wie lange, frage, comment, cómo, dónde, pregunta"},
        {OTHER, 5,
         "how do i, how can i, how to, how does, where can i, where do i, what is the best, whats the best, "
         "is it possible to, is there a way, is there any way, how long, how many, how much, which is, "
         "what are, can i use, do you, just wondering, i was wondering, wondering if, question about, "
         "quick question, general question, question, can someone explain, any advice, any ideas, "
         "any suggestions, any help, some advice, thank you for, out of office, newsletter"},
        {OTHER, 4,
         "how, where, can i, may i, should i, am i able, is there, what, change my, update my, verify my, "
         "verif*, activate*, identity, passcode, pin, lost, stolen, account details, open an account, "
         "close my account, delete my account, new card, personal details, my address, my name, "
         "documentation, explain, tutorial, best practice*, opening hours, contact, hello, "
         "thanks in advance, anyone, advice, understand"},
        {OTHER, 2,
         "hi, hello, thanks, thank, i want to, id like to, i would like to, i need to, i need a, i have a, "
         "which, when will, when does, ?, my new, order a, top up, exchange, currency, currencies, limit, "
         "help, sync, backup, i have two, setup, using, trying to, looking for, learn, confus*, someone, "
         "possible"},

        /* Hurries */
        {HIGH, 6,
         "urgent*, asap, immediately, critical*, emergency, as soon as possible, right now, right away, "
         "outage, production down, production is down, is down, site down, down for everyone, data loss, "
         "lost data, losing data, losing money, security breach, hacked, fraud*, stolen, unauthori*, "
         "legal action, lawyer, deadline, blocker, blocking us, cannot work, cant work, business critical, "
         "highest priority, high priority, dringend, sofort, urgente, urgence, immediat*, inmediatamente, "
         "compromised, vulnerabilit*, cve"},
        {HIGH, 3,
         "crash*, deadlock*, corrupt*, unable to, all users, everyone, every user, nobody can, no one can, "
         "customers cannot, customers cant, today, tonight, tomorrow, nullpointerexception, locked out, "
         "stuck, completely, payroll, fails to start, does not start, wont start, data, still waiting, "
         "third time, unacceptable, at once, hours"},
        {LOW, 6,
         "not urgent, no rush, no hurry, low priority, whenever, when you have time, when you get a chance, "
         "eventually, someday, some day, in the future, future, nice to have, minor, trivial, cosmetic, "
         "typo*, nicht eilig, keine eile, pas urgent, sin prisa, just wondering, just curious, curious, "
         "feature request, would be nice, wishlist, suggestion"},
        {LOW, 3,
         "wondering, improve*, documentation, javadoc, readme, warning*, spelling, misspell*, rename, "
         "cleanup, clean up, unused, deprecated, redundant, unnecessary, log message, logging, how do i, "
         "how can i, how to, is there a way, thanks, question, great, love, would like, typos, style, "
         "color, colour, font, icon, it would be"},

        /* Felt */
        {POSITIVE, 6,
         "excellent, awesome, amazing, fantastic, wonderful, brilliant, love, loved, loving, perfect, "
         "perfectly, delighted, great job, great work, well done, keep up, thank you so much, "
         "thanks so much, many thanks, thanks a lot, thank you very much, much appreciated, "
         "greatly appreciate*, really appreciate, happy with, very happy, so happy, pleased, impressed, "
         "superb, kudos, great success, good luck, no worries, hervorragend, großartig, vielen dank, "
         "merci beaucoup, muchas gracias, excelente, excellente"},
        {POSITIVE, 5,
         "great, thanks, thank you, thank, cheers, appreciate*, glad, enjoy*, wow, helpful, nice, cool, "
         "happy, good, best, fine, hope this helps, hope it helps, hope that helps, danke, merci, gracias, "
         "thx, haha, fun, beautiful*, elegant*, lovely, recommend"},
        {POSITIVE, 2,
         "helps, hope, useful, like, works, better, interesting, welcome, please, worked, clever, neat, "
         "easy, easily, success*"},
        {NEGATIVE, 6,
         "angry, furious, frustrat*, terrible, terribly, worst, awful, horrible, horribly, hate, hates, "
         "unacceptable, ridiculous, disgust*, disappoint*, useless, garbage, rubbish, pathetic, scam, joke, "
         "fed up, sick of, sick and tired, waste of, wasted, annoy*, unhappy, upset, nightmare, outrage*, "
         "appalling, incompetent, rip off, ripoff, sucks, crap*, shit, damn, wtf, stupid, idiot*, pain in, "
         "a pain, painful*, sad, sadly, ugly, hell, ashamed, insane, wütend, verärgert, enttäusch*, "
         "schrecklich, unverschämt, inadmissible, déçu, pésimo, enfadad*, never again, last straw, "
         "losing patience, how dare, i want my money, scary, disaster*, dreadful"},
        {NEGATIVE, 4,
         "bad, badly, afraid, unfortunately, no response, no reply, no answer, third time, again and again, "
         "ignored, still waiting, still no, still not, unfair, unreliable, lousy, mess, messy, nasty, "
         "hurts, struggl*, desperat*, drives me, driving me, going crazy, crazy, disturb*, poor, poorly, "
         "impossible, worse, wrong, kill, sucked, complain*, complaint, unprofessional, misleading, fooled, "
         "stuck, shame, weird, confus*, tired, lost"},
        {NEGATIVE, 2,
         "problem, problems, error, why, cant, wont, doesnt work, not working, fails, failed, broken, slow, "
         "crash*, even, everything, hours, days, im afraid, !"},
};

const size_t RULES_COUNT = ARRAY_LEN(RULES);

const char *const RULES_NEGATIONS =
        "not, no, never, isnt, wasnt, arent, dont, doesnt, didnt, cant, cannot, wont, wouldnt, "
        "without, nothing, hardly, aint, nicht, kein, keine, pas, nunca";
