// The sources we take deliveries for, and whether one is signed by a secret of its source (P22, CONTRACT
// §11.1).
// Owner:    the listener.
// Runs on:  the loop (HMAC contexts are reused).
// Blocks:   never; pure but for its memory.
// Promises: every secret is tried and nothing ends early, so time tells neither which secret nor which digit
//           failed; a signature that is no signature costs the same as a wrong one.
// Fails:    of(): rejected, naming the source, never a secret.
#pragma once
#include "connectors/webhook/listener.hpp"
#include "state/base/crypto.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace calsync {

// Cal.com's header, and what it sends there for a subscription without a secret (F15): never a signature.
inline constexpr std::string_view push_id = "git/config";  // no id of a source has a slash
inline constexpr std::string_view signature_field = "X-Cal-Signature-256";

class SourceKeys {
 public:
  SourceKeys(SourceId id, const std::vector<Secret>& secrets);
  [[nodiscard]] const SourceId& id() const { return id_; }
  // `claimed` nullopt: there was no header, or two, or not exactly 64 hex digits.
  [[nodiscard]] bool verify(const std::optional<Digest>& claimed, std::string_view body);

 private:
  SourceId id_;
  std::vector<HmacKey> keys_;
};

class SourceTable {
 public:
  // `pushes`: the configuration repository's are taken, too; nobody can sign as that by a secret of a source.
  static Result<std::shared_ptr<SourceTable>> of(const std::vector<ListenerSource>& sources,
                                                 bool pushes = false);
  [[nodiscard]] std::shared_ptr<SourceKeys> find(std::string_view id) const;  // null: unknown
  [[nodiscard]] const std::vector<std::shared_ptr<SourceKeys>>& all() const { return sources_; }

 private:
  std::vector<std::shared_ptr<SourceKeys>> sources_;
  std::shared_ptr<SourceKeys> pushes_;  // null: none are taken
};

}  // namespace calsync
