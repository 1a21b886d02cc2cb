// A plan for a person at a terminal: only what changes, aligned.
#include "config/plan/plan_words.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace {

constexpr std::size_t value_width = 100;

class Text {
 public:
  Text(const Plan& plan, const Paints& paints) : plan_(plan), paints_(paints) {}

  std::string run() {
    for (const Change& change : plan_.changes) show(change);
    list("Adopted: there, declared, no difference", plan_.adopted);
    manual_steps();
    refused();
    not_taken();
    list("Held: somebody is being off-boarded", plan_.held);
    list("Left as they are: ours, no longer in the files (policy.removal)", plan_.kept);
    if (!plan_.unmanaged.empty())
      out_ += paints_.dim(std::to_string(plan_.unmanaged.size()) + " live and not in the files: left alone") +
              "\n\n";
    out_ += paints_.strong(summary_words(plan_)) + "\n";
    if (!plan_.commit.empty()) out_ += paints_.dim(commit_words(plan_)) + "\n";
    return std::move(out_);
  }

 private:
  static std::string sign(Action action) {
    switch (action) {
      case Action::create:
        return "+";
      case Action::update:
        return "~";
      default:
        return "-";
    }
  }
  std::string painted(Action action, const std::string& text) {
    if (action == Action::create) return paints_.good(text);
    return action == Action::update ? paints_.warn(text) : paints_.bad(text);
  }

  void show(const Change& change) {
    out_ += painted(change.action, sign(change.action) + " " + change.address);
    if (change.action == Action::disable) out_ += " (disable)";
    if (!change.renamed_from.empty()) out_ += " (now " + change.renamed_from + ")";
    out_ += "\n";
    std::size_t width = 0;
    for (const FieldChange& field : change.fields) width = std::max(width, field.pointer.size() - 1);
    for (const FieldChange& field : change.fields) {
      out_ += "    " + field.pointer.substr(1) + std::string(width + 2 - (field.pointer.size() - 1), ' ');
      if (change.action != Action::create) out_ += short_value(field.from, value_width) + " → ";
      out_ += short_value(field.to, value_width);
      if (const auto words = origin_words(field.origin); !words.empty())
        out_ += "  " + paints_.warn("(" + words + ")");
      out_ += "\n";
    }
    for (const auto& note : change.notes) out_ += "    " + paints_.warn(note) + "\n";
    if (const auto words = impact_words(change.impact); !words.empty())
      out_ += "    " + paints_.warn(words) + "\n";
    out_ += "\n";
  }

  void list(std::string_view title, const std::vector<std::string>& addresses) {
    if (addresses.empty()) return;
    out_ += paints_.strong(title) + "\n";
    for (const auto& address : addresses) out_ += "    " + address + "\n";
    out_ += "\n";
  }

  void manual_steps() {
    if (plan_.manual_steps.empty()) return;
    out_ += paints_.strong("For a person to do") + "\n";
    for (const ManualStep& step : plan_.manual_steps)
      out_ += "    " + step.address + step.pointer + ": " + short_value(step.from, value_width) + " → " +
              short_value(step.to, value_width) + "\n        " + step.what + "\n";
    out_ += "\n";
  }

  void refused() {
    if (plan_.refused.empty()) return;
    out_ += paints_.strong("Refused") + "\n";
    for (const Refusal& one : plan_.refused)
      out_ += "    " + paints_.bad((one.address.empty() ? "the plan" : one.address) + ": " + one.what) + "\n";
    out_ += "\n";
  }

  void not_taken() {
    if (plan_.not_taken.empty()) return;
    out_ += paints_.strong(
                "Cal.com did not keep these when they were last sent; asked again when the file changes") +
            "\n";
    for (const NotTaken& one : plan_.not_taken)
      out_ += "    " + one.address + one.pointer + ": " + short_value(one.wanted, value_width) + "\n";
    out_ += "\n";
  }

  const Plan& plan_;
  const Paints& paints_;
  std::string out_;
};

}  // namespace

std::string plan_text(const Plan& plan, const Paints& paints) {
  return Text(plan, paints).run();
}

}  // namespace calsync
