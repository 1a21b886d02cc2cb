// A saved plan from anywhere: it is read, or refused; what was read holds for no other plan than its own.
#include "config/plan/saved_plan.hpp"
#include "tests/fuzz/oracle.hpp"

using namespace calsync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto saved = read_saved_plan(fuzz::text_of(data, size));
  if (!saved) {
    fuzz::must(!saved.error().what.empty(), "a refusal says why");
    return 0;
  }
  Plan plan;
  plan.commit = saved->commit;
  plan.config_hash = saved->config_hash;
  plan.live_hash = saved->live_hash;
  fuzz::must(static_cast<bool>(must_be_same(*saved, plan)), "a plan is the same as itself");
  for (std::string* one : {&plan.commit, &plan.config_hash, &plan.live_hash}) {
    *one += "x";
    fuzz::must(!must_be_same(*saved, plan), "and as no other");
    one->pop_back();
  }
  return 0;
}
