#include "tests/sim/simulation.hpp"

#include "tests/sim/senders.hpp"

#include <algorithm>

namespace calsync::sim {
namespace {

constexpr unsigned insists = 5;  // starts with --takeover, until one of them has claimed
constexpr Ms trouble{150000};    // faults happen until then
constexpr Ms patience{1200000};  // then everything must be read and published within this

class Simulation {
 public:
  explicit Simulation(const Wish& wish)
      : wish_(wish),
        world_(wish.seed, wish.show),
        swarm_(world_.random),
        cluster_(world_),
        cal_(world_, wish.fixtures),
        oracle_(world_, cluster_, cal_),
        senders_(world_, cal_, oracle_, swarm_, [this] { return reached(); }) {
    cluster_.on_commit = [this](const SimCluster::Transaction& done) {
      oracle_.committed(owner_of(done).disk(), done);
    };
  }

  Ending run() {
    SimDaemon& first = add_daemon("a", std::make_shared<SimDisk>(world_, "disk-a"));
    choose_answers();
    start(first);
    choose_accidents();
    senders_.send_everything();
    world_.run_until(trouble, [this] { return !oracle_.holds(); });
    heal();
    world_.run_until(trouble + patience, [this] { return !oracle_.holds() || publisher() != nullptr; });
    last_look();
    return {oracle_.violation(), world_.trace(), senders_.sent(), senders_.acknowledged(),
            oracle_.published(), starts_,        swarm_.names,    world_.met()};
  }

 private:
  // --- daemons and their operator ---
  SimDaemon& add_daemon(const std::string& name, std::shared_ptr<SimDisk> disk) {
    daemons_.push_back(std::make_unique<SimDaemon>(
        SimDaemon::Surroundings{world_, cluster_, oracle_, wish_.plant, copies_are_known_}, name,
        std::move(disk)));
    daemons_.back()->on_exit = [this](SimDaemon& daemon) { ended(daemon); };
    if (swarm_.slow_disk) daemons_.back()->slowest_write = Ms(400);
    if (swarm_.retention) daemons_.back()->keep = retention_;
    if (swarm_.storm) daemons_.back()->slowest_write = Ms(6000);
    return *daemons_.back();
  }

  SimDaemon& owner_of(const SimCluster::Transaction& transaction) {
    return **std::ranges::find_if(daemons_, [&](const auto& d) { return d->name() == transaction.owner; });
  }

  SimDaemon* reached() {
    std::vector<SimDaemon*> listening;
    for (const auto& daemon : daemons_)
      if (daemon->running()) listening.push_back(daemon.get());
    return listening.empty() ? nullptr : world_.random.pick(listening);
  }

  void start(SimDaemon& daemon, bool takeover = false) {
    if (daemon.running()) return;
    ++starts_;
    daemon.disk().faults = {};
    daemon.start(takeover);
    if (!healing_ && daemon.running()) choose_disk_faults(daemon.disk());
  }

  // What systemd and the person behind it do.
  void ended(SimDaemon& daemon) {
    const bool for_good = daemon.exit_code() == exit_refused || daemon.exit_code() == exit_stood_down;
    const bool restore = for_good && whole_.contains(&daemon);
    if (restore) {  // "restore the newest copy": a person's act, who says so
      world_.met("restored logs");
      daemon.use(whole_.extract(&daemon).mapped());
      if (copies_are_known_) takeovers_[&daemon] = insists;
    }
    if (daemon.had_claimed()) takeovers_.erase(&daemon);
    const auto takeover = takeovers_.find(&daemon);
    if (for_good && !restore && takeover == takeovers_.end()) return;
    const bool take_over = takeover != takeovers_.end();
    if (take_over && --takeover->second == 0) takeovers_.erase(takeover);
    world_.after(Ms(world_.random.between(100, 4000)),
                 [this, &daemon, take_over] { start(daemon, take_over); });
  }

  // --- faults ---
  unsigned rate(unsigned most) { return static_cast<unsigned>(world_.random.between(0, most)); }
  Ms sometime() {
    return Ms(world_.random.between(2000, static_cast<std::uint64_t>(trouble.count()) - 5000));
  }

  void choose_answers() {
    SimCluster::Faults& faults = cluster_.faults;
    if (swarm_.answers)
      faults = {.retriable = rate(100),
                .answer_lost = rate(100),
                .abortable = rate(60),
                .fatal = rate(40),
                .fatal_after = rate(60),
                .unavailable = rate(100)};
    if (swarm_.messages) {
      faults.refuses_message = rate(40);
      faults.queue_full = rate(100);
    }
    faults.longest_call = Ms(world_.random.between(1, 400));
    if (world_.random.chance(200)) cluster_.transaction_timeout = Ms(1000);
  }

  void choose_disk_faults(SimDisk& disk) {
    if (swarm_.killed_in_write) {
      disk.faults.killed_before = rate(20);
      disk.faults.killed_after = rate(20);
    }
    if (swarm_.sync_fails) disk.faults.sync_fails = rate(15);
  }

  void choose_accidents() {
    const auto some = [this](bool has, unsigned most, const std::function<void(SimDaemon&)>& happen) {
      for (std::uint64_t n = has ? world_.random.between(1, most) : 0; n > 0; --n)
        world_.after(sometime(), [this, happen] { happen(*daemons_[world_.random.below(daemons_.size())]); });
    };
    some(swarm_.kills, 6, [](SimDaemon& daemon) { daemon.crash(); });
    some(swarm_.stops, 3, [](SimDaemon& daemon) { daemon.stop(); });
    some(swarm_.frozen, 2,
         [this](SimDaemon& daemon) { daemon.freeze(Ms(world_.random.between(1000, 40000))); });
    some(swarm_.disk_full, 2, [this](SimDaemon& daemon) {
      daemon.disk().faults.full_until = world_.now() + Ms(world_.random.between(500, 20000));
    });
    some(swarm_.cluster_away, 3,
         [this](SimDaemon&) { cluster_.away_until = world_.now() + Ms(world_.random.between(500, 40000)); });
    some(swarm_.cut_log, 2, [this](SimDaemon& daemon) { cut_log(daemon); });
    some(swarm_.clone, 1, [this](SimDaemon& daemon) { clone(daemon); });
  }

  // Synced writes are gone. What the witness saw must be missed; what came after it cannot be (README).
  void cut_log(SimDaemon& daemon) {
    if (!daemon.running() || daemon.disk().can_cut() < 2) return;  // what made the log a log stays
    daemon.crash();
    SimDisk& disk = daemon.disk();
    whole_[&daemon] = disk.cut(world_.random.between(1, std::min<std::uint64_t>(10, disk.can_cut() - 1)));
    world_.tell(daemon.name(), "has a log without its end");
    world_.met("logs that lost their end");
    const auto witnessed = store::parse_witness(disk.witness());
    const auto& raw = disk.rows(store::Column::raw);
    const std::uint64_t head = raw.empty() ? 0 : store::sequence_from(raw.rbegin()->first);
    std::erase_if(disk.acknowledged, [&](const auto& each) {
      return each.first > head && each.first > witnessed->head.raw.value();
    });
  }

  // Somebody copies the directory and starts the copy, while the first one runs, sleeps or is gone.
  void clone(SimDaemon& daemon) {
    if (daemons_.size() > 1 || daemon.disk().rows(store::Column::meta).empty()) return;
    if (world_.random.chance(400)) daemon.freeze(Ms(world_.random.between(1000, 60000)));
    SimDaemon& second = add_daemon("b", daemon.disk().copy("disk-b"));
    world_.tell("b", "is a copy of " + daemon.name());
    world_.met("copied logs");
    const bool take_over = copies_are_known_ && world_.random.chance(500);
    if (take_over) takeovers_[&second] = insists;
    world_.after(Ms(world_.random.between(0, 20000)),
                 [this, &second, take_over] { start(second, take_over); });
  }

  // --- the end ---
  void heal() {
    healing_ = true;
    world_.tell("world", "heals");
    cluster_.faults = {};
    cluster_.away_until = Ms(0);
    for (const auto& daemon : daemons_) {
      daemon->disk().faults = {};
      daemon->freeze(Ms(0));
    }
  }

  // All that run have nothing left to do, and one of them is the one that published last.
  SimDaemon* publisher() {
    if (!senders_.done()) return nullptr;
    SimDaemon* found = nullptr;
    for (const auto& daemon : daemons_) {
      if (!daemon->running()) continue;
      if (!daemon->up_to_date()) return nullptr;
      if (daemon->log().head().event.value() == oracle_.published()) found = daemon.get();
    }
    return found;
  }

  void last_look() {
    if (!oracle_.holds()) return;
    if (SimDaemon* const found = publisher())
      return oracle_.at_the_end(found->disk(), found->log(), rules_with(wish_.plant));
    std::string states;
    for (const auto& daemon : daemons_)
      states +=
          "; " + daemon->name() +
          (daemon->running() ? " runs"
                             : " ended with " + std::to_string(daemon->exit_code()) + " " + daemon->why());
    oracle_.violated("after the faults are over, not everything is read and published" + states);
  }

  const Wish wish_;
  World world_;
  Swarm swarm_;
  SimCluster cluster_;
  SimCal cal_;
  Oracle oracle_;
  Senders senders_;
  std::vector<std::unique_ptr<SimDaemon>> daemons_;
  std::map<const SimDaemon*, std::shared_ptr<SimDisk>> whole_;  // of a log that lost its end
  std::map<const SimDaemon*, unsigned> takeovers_;  // starts that a person still says --takeover for
  const bool copies_are_known_ = world_.random.chance(600);
  const Ms retention_{world_.random.between(2000, 60000)};
  bool healing_ = false;
  std::uint64_t starts_ = 0;
};

}  // namespace

Ending simulate(const Wish& wish) {
  seed_libcrypto(wish.seed);
  return Simulation(wish).run();
}

}  // namespace calsync::sim
