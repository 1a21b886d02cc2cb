// Organisations at random: what a plan leads to is what was wanted.
#include "config/plan/compare.hpp"
#include "config/plan/plan.hpp"
#include "tests/config/desired/read_text.hpp"

namespace calsync {
namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
  std::uint64_t below(std::uint64_t n) {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return state_ % n;
  }
  bool coin() { return below(2) == 0; }

 private:
  std::uint64_t state_;
};

// A value that the field may have; nothing where it would take the knowledge of rules.
std::optional<boost::json::value> some_value(Random& random, const Field& field) {
  if (!field.one_of.empty() && field.type == FieldType::text)
    return boost::json::value(field.one_of[random.below(field.one_of.size())]);
  switch (field.type) {
    case FieldType::boolean:
      return boost::json::value(random.coin());
    case FieldType::integer:
      return boost::json::value(field.least + static_cast<std::int64_t>(random.below(12)));
    case FieldType::text:
      if (field.form == TextForm::any && field.refers == Reference::none)
        return boost::json::value("text " + std::to_string(random.below(4)));
      return std::nullopt;
    case FieldType::object: {
      boost::json::object out;
      for (const Field& one : field.members)
        if (auto value = one.required || random.coin() ? some_value(random, one) : std::nullopt)
          out[one.name] = *value;
      return out.empty() ? std::nullopt : std::optional(boost::json::value(std::move(out)));
    }
    default:
      return std::nullopt;
  }
}

Resources some_organisation(Random& random) {
  Resources out;
  for (std::uint64_t i = random.below(12); i > 0; --i) {
    Resource one{.kind = random.coin() ? find_kind("team") : find_kind("eventType")};
    const std::string name = "s" + std::to_string(random.below(8));
    for (const Field& field : one.kind->fields)
      if (auto value = field.required || random.below(3) == 0 ? some_value(random, field) : std::nullopt)
        one.fields[field.name] = *value;
    one.fields["slug"] = name;
    if (one.kind->name == "eventType") one.fields["team"] = "s0";
    one.address = address_of(*one.kind, one.fields);
    one.places[""] = {};
    out.insert_or_assign(one.address, one);
  }
  return out;
}

// What Cal.com has after all changes: each field as it was sent.
Resources applied(const Plan& plan, const Desired& desired, Resources live) {
  for (const Change& change : plan.changes) {
    if (takes_away(change)) {
      live.erase(change.address);
      continue;
    }
    Resource& there = live[change.address];
    const Resource& wanted = desired.resources.at(change.address);
    there.kind = wanted.kind;
    there.address = wanted.address;
    for (const auto& member : wanted.fields) {
      const Field* field = find_field(wanted.kind->fields, member.key());
      if (field->mutability == Mutability::write_only || field->mutability == Mutability::asserted) continue;
      const auto* now = there.fields.if_contains(member.key());
      there.fields[member.key()] =
          merged(*field, member.value(), now == nullptr ? boost::json::value() : *now);
    }
  }
  return live;
}

TEST(PlanProperty, APlanOfWhatWasAppliedIsEmpty) {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Desired desired;
    desired.resources = some_organisation(random);
    const Resources live = some_organisation(random);
    const Plan first = make_plan(desired, live, {});
    const Plan second = make_plan(desired, applied(first, desired, live), {});
    ASSERT_TRUE(second.changes.empty()) << boost::json::serialize(plan_json(second));
    const Plan again = make_plan(desired, live, {});
    ASSERT_EQ(plan_json(first), plan_json(again)) << "the same input gives the same plan";
  }
}

}  // namespace
}  // namespace calsync
