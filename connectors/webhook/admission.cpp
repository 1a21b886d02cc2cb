#include "connectors/webhook/admission.hpp"

#include <algorithm>

namespace calsync {
namespace {

constexpr std::string_view hooks_path = "/hooks/";
constexpr std::size_t content_type_bytes_max = 128;
constexpr RequestRefusal no_such_path{404, "no such path: POST /hooks/SOURCE"};

void take_fields(const RequestHead& head, Admitted& out) {
  out.signature.reset();
  out.content_type.clear();
  unsigned signatures = 0;
  for (const RequestField& field : head.all()) {
    if (same_field_name(field.name, signature_field)) {
      out.signature = ++signatures == 1 ? digest_from_hex(field.value) : std::nullopt;
    } else if (out.content_type.empty() && same_field_name(field.name, "Content-Type")) {
      out.content_type.assign(field.value.substr(0, content_type_bytes_max));
      // HTTP allows any byte from 0x80 on; it is shown as text and as JSON, so it is kept as that.
      std::ranges::replace_if(
          out.content_type, [](char c) { return c < ' ' || c > '~'; }, '?');
    }
  }
}

}  // namespace

std::optional<RequestRefusal> admit(std::string_view bytes, const RequestRules& rules,
                                    const SourceTable& sources, RequestHead& head, Admitted& out) {
  if (auto refusal = judge_request(bytes, rules, head)) return refusal;
  if (!head.path.starts_with(hooks_path)) return no_such_path;
  out.source = sources.find(head.path.substr(hooks_path.size()));
  if (!out.source) return no_such_path;
  out.content_length = head.content_length;
  out.keep_alive = head.keep_alive;
  out.signature.reset();
  out.expects_continue = head.expects_continue;
  out.is_push = out.source->id().value() == push_id;
  out.fields.clear();
  if (out.is_push)
    for (const RequestField& field : head.all()) out.fields.emplace_back(field.name, field.value);
  else
    take_fields(head, out);
  return std::nullopt;
}

}  // namespace calsync
