// What `calsync doctor` looks at: each look is a line with its state, what was found, and the cure.
// Runs on:  the main thread.
// Blocks:   on what is looked at, bounded.
// Promises: nothing is changed anywhere; no line holds a secret.
#pragma once
#include "connectors/calcom/api.hpp"
#include "daemon/cli/control_client.hpp"

namespace calsync::cli {

enum class Health { ok, warning, failed, skipped };
const char* to_text(Health health);

struct Look {
  std::string name;
  Health health = Health::ok;
  std::string what;
  std::string cure{};  // "" where nothing is to be done
};
using Looks = std::vector<Look>;

struct Patient {
  Context& context;
  const Settings& settings;
  ControlClient* daemon;  // null: none runs on this log
};

void look_at_calcom(const Patient& patient, CalcomApi& api, Looks& looks);
void skip_calcom(Looks& looks, const std::string& why);  // the lines that need the API

void look_at_daemon(const Patient& patient, Looks& looks);
void look_at_intake(const Patient& patient, Looks& looks);
void look_at_kafka(const Patient& patient, Looks& looks);
void look_at_git(const Patient& patient, Looks& looks);

}  // namespace calsync::cli
