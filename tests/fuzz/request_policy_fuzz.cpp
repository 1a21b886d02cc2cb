// Bytes of a connection → where a head ends → what it asks for, or a refusal.
#include "connectors/http/request_policy.hpp"
#include "tests/fuzz/oracle.hpp"

#include <algorithm>
#include <string>

using namespace calsync;

namespace {

const RequestRules rules;

bool inside(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

bool same(const std::optional<RequestRefusal>& a, const std::optional<RequestRefusal>& b) {
  return a.has_value() == b.has_value() && (!a || (a->status == b->status && a->reason == b->reason));
}

// As the bytes come in, in pieces of `step`.
HeadEnd in_pieces(std::string_view bytes, std::size_t step) {
  HeadEnd end;
  for (std::size_t have = step;; have += step) {
    end = find_head_end(bytes.substr(0, have), end.scanned, rules);
    if (end.refusal || end.size > 0 || have >= bytes.size()) return end;
  }
}

std::string written(const RequestHead& head) {
  std::string out = std::string(rules.method) + " " + std::string(head.path);
  if (!head.query.empty()) out.append("?").append(head.query);
  out += " HTTP/1.1\r\n";
  for (const RequestField& field : head.all())
    out.append(field.name).append(": ").append(field.value).append("\r\n");
  return out + "\r\n";
}

void check_accepted(std::string_view bytes, const RequestHead& head) {
  fuzz::must(head.path.starts_with('/') && inside(head.path, bytes) && inside(head.query, bytes),
             "the path is the request's");
  fuzz::must(head.content_length <= rules.body_bytes_max, "no body above the limit is let in");
  for (const RequestField& field : head.all()) {
    fuzz::must(inside(field.name, bytes) && inside(field.value, bytes), "fields are views into the bytes");
    fuzz::must(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
               "no field spans lines");
  }
  RequestHead again;
  const std::string canonical = written(head);
  if (canonical.size() > rules.header_bytes_max) return;
  fuzz::must(!judge_request(canonical, rules, again), "what was read is let in when it is written plainly");
  fuzz::must(again.path == head.path && again.query == head.query &&
                 again.content_length == head.content_length && again.field_count == head.field_count &&
                 again.expects_continue >= head.expects_continue,
             "and means the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, std::min<std::size_t>(size, 16384));
  const HeadEnd whole = find_head_end(bytes, 0, rules);
  for (const std::size_t step : {1U, 7U}) {
    const HeadEnd pieces = in_pieces(bytes, step);
    if (whole.size > 0 && !pieces.refusal)
      fuzz::must(pieces.size == whole.size, "a head ends at one place, however it arrives");
    if (pieces.refusal)
      fuzz::must(whole.refusal || whole.size > 0, "what is refused early never becomes a good head unseen");
  }
  if (whole.refusal)
    fuzz::must(whole.refusal->status >= 400 && whole.refusal->status < 600,
               "a refusal has an error's status");
  if (whole.refusal || whole.size == 0) return 0;
  fuzz::must(whole.size <= bytes.size(), "the head is within the bytes");

  const std::string_view head_bytes = bytes.substr(0, whole.size);
  RequestHead head, second;
  const auto refusal = judge_request(head_bytes, rules, head);
  fuzz::must(same(refusal, judge_request(head_bytes, rules, second)), "the same bytes give the same answer");
  if (refusal)
    fuzz::must(refusal->status >= 400 && refusal->status < 600, "a refusal has an error's status");
  else
    check_accepted(head_bytes, head);
  return 0;
}
