/* Prompt v2.1: the specification's own text, byte for byte. Its words are not ours to improve; what
 * is between BEFORE and AFTER is the ticket, in the specification's own form. */
#include "llm/prompt_parts.h"

static const char SYSTEM[] = "You are an expert support ticket analyzer. Your role is to:\n"
                             "\n"
                             "- 1. Read support tickets\n"
                             "- 2. Categorize the issue\n"
                             "- 3. Assess urgency\n"
                             "- 4. Detect customer sentiment\n"
                             "\n"
                             "You must respond with ONLY valid JSON. Do not include any markdown "
                             "formatting, explanations, or additional text.";

static const char BEFORE[] =
        "Analyze this support ticket and return ONLY valid JSON (no markdown, no "
        "explanation).\n"
        "\n";

static const char AFTER[] = "\n"
                            "Return JSON in this exact format:\n"
                            "\n"
                            "```\n"
                            "{\n"
                            "  \"summary\": \"One sentence describing the issue\",\n"
                            "  \"root_cause\": \"bug|feature|refund|other\",\n"
                            "  \"urgency\": \"high|medium|low\",\n"
                            "  \"sentiment\": \"positive|neutral|negative\"\n"
                            "}\n"
                            "```\n"
                            "\n"
                            "Rules:\n"
                            "\n"
                            "- root_cause must be exactly one of: bug, feature, refund, other\n"
                            "- urgency must be exactly one of: high, medium, low\n"
                            "- sentiment must be exactly one of: positive, neutral, negative\n"
                            "- summary should be under 100 characters\n"
                            "\n"
                            "Return ONLY the JSON object, nothing else.";

static void v2_add_format(const char *language, struct buf *out)
{
	buf_puts(out, AFTER);
}

const struct prompt_wording prompt_v2 = {
        .version = "v2.1",
        .role = SYSTEM,
        .labels = "",
        .fence = "",
        .before = BEFORE,
        .subject = "Ticket Subject: ",
        .description = "\n\nTicket Description: ",
        .add_format = v2_add_format,
};
