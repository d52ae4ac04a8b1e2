"""axe-core, the judge of accessibility, as Debian's chromium brings it along in its developer tools (Lighthouse): nothing is fetched, and
no package manager of another language is needed. It is run in the page in spite of the page's policy, which stays in force."""

BUNDLE = "devtools://devtools/bundled/third_party/lighthouse/lighthouse-dt-bundle.js"
START = "`/*! axe v"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def source(browser):
    """The text of axe.js. The browser is left on an empty page."""
    browser.open(BUNDLE)
    bundle = browser.run("return document.documentElement.textContent")
    browser.open("about:blank")
    begin = bundle.find(START)
    if begin < 0:
        raise AssertionError(f"this chromium has no axe-core in {BUNDLE}: look where its developer tools keep it now")
    end = begin + 1
    while bundle[end] != "`":
        end += 2 if bundle[end] == "\\" else 1
    text = browser.run("return " + bundle[begin:end + 1])  # a literal of JavaScript: the browser reads its escapes
    assert "axe" in text and len(text) > 300_000
    return text


def violations(browser, text, context=None):
    """What axe finds in the page as it is now, one line each."""
    browser.run(text + "; window.axe = axe;")
    found = browser.run("""const result = await axe.run(arguments[0] || document, {runOnly: {type: 'tag', values: arguments[1]}});
        return result.violations.map((one) => [one.id, one.help, one.nodes.map((node) => node.html.slice(0, 200) + ' ' + node.failureSummary)]);""",
                        context, TAGS)
    return [f"{name}: {words}: {nodes}" for name, words, nodes in found]
