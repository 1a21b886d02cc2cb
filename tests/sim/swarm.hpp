// Which kinds of fault a seed has: few of many, so that each is met alone and in company; and how bad they are.
#pragma once
#include "tests/sim/random.hpp"

#include <string>

namespace calsync::sim {

struct Swarm {
  explicit Swarm(Random& random) {
    const auto has = [&](const char* name, unsigned per_mille) {
      const bool yes = random.chance(per_mille);
      if (yes) names += (names.empty() ? "" : " ") + std::string(name);
      return yes;
    };
    kills = has("kills", 600);
    stops = has("stops", 200);
    killed_in_write = has("killed_in_write", 400);
    sync_fails = has("sync_fails", 150);
    disk_full = has("disk_full", 200);
    slow_disk = has("slow_disk", 300);
    cut_log = !sync_fails && has("cut_log", 200);
    cluster_away = has("cluster_away", 400);
    answers = has("answers", 600);
    messages = has("messages", 300);
    clone = has("clone", 250);
    frozen = has("frozen", 200);
    network = has("network", 700);
    storm = has("storm", 8);
    retention = has("retention", 300);
  }
  bool kills, stops, killed_in_write, sync_fails, disk_full, slow_disk, cut_log, cluster_away, answers,
      messages, clone, frozen, network, storm, retention;
  std::string names;
};

}  // namespace calsync::sim
