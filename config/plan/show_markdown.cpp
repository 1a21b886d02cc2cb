// A plan for a pull request.
#include "config/plan/plan_words.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace {

// In a table's cell, as code: a bar ends a cell, a backtick the code.
std::string cell(const std::string& text) {
  std::string out = "`";
  for (const char c : text) {
    if (c == '|')
      out += "\\|";
    else if (c == '`')
      out += '\'';
    else
      out += c;
  }
  return out + "`";
}

void changes(std::string& out, const Plan& plan) {
  for (const Change& change : plan.changes) {
    out += "### " + std::string(to_text(change.action)) + " " + cell(change.address) + "\n\n";
    if (!change.renamed_from.empty()) out += "Now " + cell(change.renamed_from) + ".\n\n";
    for (const auto& note : change.notes) out += "> " + note + "\n\n";
    if (const auto words = impact_words(change.impact); !words.empty()) out += "> **" + words + "**\n\n";
    if (change.fields.empty()) continue;
    out += "| field | live | wanted | |\n|---|---|---|---|\n";
    for (const FieldChange& field : change.fields)
      out += "| " + cell(field.pointer) + " | " +
             (field.from.is_null() ? "" : cell(short_value(field.from, 200))) + " | " +
             cell(short_value(field.to, 200)) + " | " + origin_words(field.origin) + " |\n";
    out += "\n";
  }
}

void list(std::string& out, std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  out += "### " + std::string(title) + "\n\n";
  for (const auto& line : lines) out += "- " + line + "\n";
  out += "\n";
}

}  // namespace

std::string plan_markdown(const Plan& plan) {
  std::string out = "## calsync plan: " + summary_words(plan) + "\n\n";
  std::vector<std::string> steps, refused, adopted, kept, held;
  for (const auto& one : plan.refused)
    refused.push_back((one.address.empty() ? "the plan" : cell(one.address)) + ": " + one.what);
  for (const auto& one : plan.manual_steps)
    steps.push_back(cell(one.address + one.pointer) + ": " + cell(short_value(one.from, 200)) + " → " +
                    cell(short_value(one.to, 200)) + " — " + one.what);
  for (const auto& one : plan.adopted) adopted.push_back(cell(one));
  for (const auto& one : plan.kept) kept.push_back(cell(one));
  for (const auto& one : plan.held) held.push_back(cell(one));
  list(out, "Refused", refused);
  changes(out, plan);
  list(out, "For a person to do", steps);
  list(out, "Adopted, no difference", adopted);
  list(out, "Left as they are, no longer in the files", kept);
  list(out, "Held: somebody is being off-boarded", held);
  if (!plan.unmanaged.empty())
    out += std::to_string(plan.unmanaged.size()) + " live and not in the files: left alone.\n\n";
  out += "<sub>configuration " + plan.config_hash.substr(0, 12) +
         (plan.commit.empty() ? "" : ", " + commit_words(plan)) + ", live " + plan.live_hash.substr(0, 12) +
         "</sub>\n";
  return out;
}

}  // namespace calsync
