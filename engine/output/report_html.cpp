#include "engine/output/report_html.h"

#include "engine/output/html_text.h"
#include "engine/output/report_sections.h"
#include "engine/output/report_style.h"

namespace vigil::engine {
namespace {

std::string badge(const std::string& text, bool warns) {
  return std::string{"<span class=\"badge"} + (warns ? " warn" : "") + "\">" + html_escaped(text) + "</span>";
}

std::string title_of(const Json& head) {
  if (text_of(member(head, "kind")) != "day") return "Replay report";
  const std::string day = text_of(member(head, "day"));
  return (member(head, "is_over") == Json(true) ? "Daily report " : "Day so far: ") + day;
}

std::string badges_of(const Json& head) {
  if (text_of(member(head, "kind")) != "day") return {};
  std::string out;
  if (member(head, "is_over") == Json(false)) out += badge("so far", false);
  if (member(head, "is_partial") == Json(true)) out += badge("partial: the engine's first day", true);
  const double dropped = number_of(member(head, "notes_dropped")).value_or(0);
  if (dropped > 0) out += badge("incomplete: " + shown(dropped, 0) + " notes dropped", true);
  if (member(head, "complete") == Json(true)) out += badge("complete", false);
  return out;
}

}  // namespace

std::string report_html(const Json& report, const std::string& json_link) {
  const Json& head = member(report, "report");
  const std::string title = html_escaped(title_of(head));
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>";
  out += title + "</title>\n<style>" + std::string{kReportStyle} + "</style>\n</head>\n<body>\n<main>\n<h1>" +
         title + "</h1>\n";
  out += "<p class=\"soft\">" + shown_time(member(head, "from")) + " to " + shown_time(member(head, "to")) +
         " UTC</p>\n" + badges_of(head) + headline_html(report);
  out += value_section(report);
  out += execution_section(report);
  out += orders_section(report);
  out += risk_section(report);
  out += market_section(report);
  out += models_section(report);
  out += slos_section(report);
  out += alerts_section(report);
  out += "<footer><p>Figures are rounded; “" + std::string{kUnknownText} +
         "” is what is not known. Costs and "
         "slippage: positive is a cost; markouts: positive is a gain. Times are UTC.";
  if (!json_link.empty()) {
    out += " All digits are in <a href=\"" + html_escaped(json_link) + "\">the JSON</a>.";
  }
  return out + "</p></footer>\n</main>\n</body>\n</html>\n";
}

}  // namespace vigil::engine
