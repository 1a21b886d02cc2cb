// Hashes, message authentication, sealing and randomness, over libcrypto: its one home but for TLS.
// Runs on: any thread. Never blocks. A failure inside libcrypto is a bug or no memory: it throws.
#pragma once
#include "state/base/error.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace calsync {

using Digest = std::array<std::uint8_t, 32>;
using SealKey = std::array<std::uint8_t, 32>;

class Sha256 {  // incremental; one use
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void add(std::string_view bytes);
  Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};
Digest sha256(std::string_view bytes);

// HMAC-SHA256 with the key schedule done once; sign() may be called any number of times, from one thread at a
// time.
class HmacKey {
 public:
  explicit HmacKey(std::string_view key);
  ~HmacKey();
  HmacKey(HmacKey&&) noexcept;
  HmacKey& operator=(HmacKey&&) noexcept;
  Digest sign(std::string_view message);
  Digest sign(std::initializer_list<std::string_view> parts);  // of the parts joined, without joining them

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// AES-256-GCM. The nonce is HMAC(key, aad and text) cut to 12 bytes, so the same text under the same key
// gives the same bytes (a rebuild is byte-identical) and another text never meets the same nonce. Sealed
// form: nonce(12) || ciphertext || tag(16).
std::string seal(const SealKey& key, std::string_view aad, std::string_view text);
// Fails: corrupt.
Result<std::string> unseal(const SealKey& key, std::string_view aad, std::string_view sealed);

bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);
void random_bytes(std::span<std::uint8_t> out);
SealKey random_key();
std::string random_uuid();  // version 4

std::string to_hex(std::span<const std::uint8_t> bytes);       // lower case
std::optional<Digest> digest_from_hex(std::string_view text);  // exactly 64 hex digits, either case

inline std::string_view view(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace calsync
