// Answers to routing forms: occurrences, once per response id; without one, the same answers within 60 s of
// createdAt are one (DESIGN §12.2).
#include "state/events/json_text.hpp"
#include "state/views/folding.hpp"

namespace calsync {
namespace {

const char* type_of(FormKind kind) {
  switch (kind) {
    case FormKind::submitted:
      return "form.submitted";
    case FormKind::submitted_without_booking:
      return "form.submitted_without_booking";
    case FormKind::fallback_hit:
      return "form.fallback_hit";
  }
  return "";
}

}  // namespace

void fold_form(Folding& folding, const FormObservation& said) {
  folding.out.summary.subject = *said.id;
  std::string responses = "{";
  for (const auto& [question, answer] : said.responses) {
    if (responses.size() > 1) responses += ',';
    append_json(responses, question);
    responses += ':';
    responses += answer;
  }
  responses += '}';
  const std::string type = type_of(said.kind);
  const std::string identity =
      type + "/" + *said.id + "/" + (said.response_id ? "#" + to_text(*said.response_id) : responses);
  const auto window =
      said.response_id ? std::nullopt : std::optional(std::chrono::milliseconds{std::chrono::seconds{60}});
  if (!first_time(folding, identity, window)) return folding.no_change("known already");
  std::string form;
  JsonObject object(form);
  object.add("id", said.id)
      .add("name", said.name)
      .add("teamId", said.team_id)
      .add("responseId", said.response_id);
  object.add_text("responses", responses);
  object.add_text("action", said.action).end();  // where the answers led: `redirect` or `fallbackAction`
  emit(folding, {Topic::forms, *said.id, type, *said.id, folding.as_of, {}, "form", std::move(form)});
}

}  // namespace calsync
