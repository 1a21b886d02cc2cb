#include "state/base/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstring>
#include <limits>
#include <stdexcept>

namespace calsync {
namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

void must(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("libcrypto: ") + what);
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// Fetched once: a lookup by name for every digest costs as much as a short digest itself.
const EVP_MD* sha256_method() {
  static EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return method;
}
const EVP_CIPHER* gcm_method() {
  static EVP_CIPHER* const method = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return method;
}
EVP_MAC* hmac_method() {
  static EVP_MAC* const method = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  return method;
}

// libcrypto counts in int; a record is at most a few MiB.
int size_of(std::string_view text) {
  must(text.size() <= std::numeric_limits<int>::max(), "text too large");
  return static_cast<int>(text.size());
}

struct CipherContext {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  CipherContext() { must(context != nullptr, "cipher context"); }
  CipherContext(const CipherContext&) = delete;
  CipherContext& operator=(const CipherContext&) = delete;
  ~CipherContext() { EVP_CIPHER_CTX_free(context); }
};

// The length in front keeps (aad "a", text "bc") and (aad "ab", text "c") apart.
std::array<std::uint8_t, nonce_bytes> synthetic_nonce(const SealKey& key, std::string_view aad,
                                                      std::string_view text) {
  HmacKey mac(view(key));
  const Digest digest = mac.sign({std::to_string(aad.size()), ":", aad, text});
  std::array<std::uint8_t, nonce_bytes> nonce{};
  std::memcpy(nonce.data(), digest.data(), nonce.size());
  return nonce;
}

}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  Context() { must(context != nullptr, "digest context"); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  must(EVP_DigestInit_ex2(context_->context, sha256_method(), nullptr) == 1, "sha256 init");
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
  must(EVP_DigestUpdate(context_->context, bytes.data(), bytes.size()) == 1, "sha256 update");
}

Digest Sha256::finish() {
  Digest digest{};
  unsigned int size = 0;
  must(EVP_DigestFinal_ex(context_->context, digest.data(), &size) == 1 && size == digest.size(),
       "sha256 final");
  return digest;
}

Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.finish();
}

struct HmacKey::Context {
  EVP_MAC_CTX* context = EVP_MAC_CTX_new(hmac_method());
  Context() { must(context != nullptr, "hmac context"); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MAC_CTX_free(context); }
};

HmacKey::HmacKey(std::string_view key) : context_(std::make_unique<Context>()) {
  if (key.data() == nullptr) key = "";  // to libcrypto a null key is "the key set before"
  char digest_name[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", digest_name, 0),
                               OSSL_PARAM_construct_end()};
  must(EVP_MAC_init(context_->context, bytes_of(key), key.size(), params) == 1, "hmac key");
}
HmacKey::~HmacKey() = default;
HmacKey::HmacKey(HmacKey&&) noexcept = default;
HmacKey& HmacKey::operator=(HmacKey&&) noexcept = default;

Digest HmacKey::sign(std::string_view message) {
  return sign({message});
}

Digest HmacKey::sign(std::initializer_list<std::string_view> parts) {
  Digest digest{};
  std::size_t size = 0;
  must(EVP_MAC_init(context_->context, nullptr, 0, nullptr) == 1,
       "hmac init");  // null key: the same key again
  for (const std::string_view part : parts)
    must(EVP_MAC_update(context_->context, bytes_of(part), part.size()) == 1, "hmac update");
  must(EVP_MAC_final(context_->context, digest.data(), &size, digest.size()) == 1 && size == digest.size(),
       "hmac final");
  return digest;
}

std::string seal(const SealKey& key, std::string_view aad, std::string_view text) {
  const auto nonce = synthetic_nonce(key, aad, text);
  CipherContext cipher;
  int size = 0;
  must(EVP_EncryptInit_ex2(cipher.context, gcm_method(), key.data(), nonce.data(), nullptr) == 1, "gcm init");
  must(EVP_EncryptUpdate(cipher.context, nullptr, &size, bytes_of(aad), size_of(aad)) == 1, "gcm aad");
  std::string out(nonce_bytes + text.size() + tag_bytes, '\0');
  std::memcpy(out.data(), nonce.data(), nonce_bytes);
  must(EVP_EncryptUpdate(cipher.context, bytes_of(out) + nonce_bytes, &size, bytes_of(text), size_of(text)) ==
           1,
       "gcm update");
  must(EVP_EncryptFinal_ex(cipher.context, bytes_of(out) + nonce_bytes + text.size(), &size) == 1,
       "gcm final");
  must(EVP_CIPHER_CTX_ctrl(cipher.context, EVP_CTRL_GCM_GET_TAG, tag_bytes,
                           bytes_of(out) + nonce_bytes + text.size()) == 1,
       "gcm tag");
  return out;
}

Result<std::string> unseal(const SealKey& key, std::string_view aad, std::string_view sealed) {
  if (sealed.size() < nonce_bytes + tag_bytes) return Error{Errc::corrupt, "a sealed record is too short"};
  const std::string_view body = sealed.substr(nonce_bytes, sealed.size() - nonce_bytes - tag_bytes);
  std::array<std::uint8_t, tag_bytes> tag{};
  std::memcpy(tag.data(), sealed.data() + sealed.size() - tag_bytes, tag_bytes);
  CipherContext cipher;
  int size = 0;
  must(EVP_DecryptInit_ex2(cipher.context, gcm_method(), key.data(), bytes_of(sealed), nullptr) == 1,
       "gcm init");
  must(EVP_DecryptUpdate(cipher.context, nullptr, &size, bytes_of(aad), size_of(aad)) == 1, "gcm aad");
  std::string out(body.size(), '\0');
  must(EVP_DecryptUpdate(cipher.context, bytes_of(out), &size, bytes_of(body), size_of(body)) == 1,
       "gcm update");
  must(EVP_CIPHER_CTX_ctrl(cipher.context, EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1, "gcm tag");
  unsigned char end[tag_bytes];
  if (EVP_DecryptFinal_ex(cipher.context, end, &size) != 1)
    return Error{Errc::corrupt, "a sealed record does not match its seal"};
  return out;
}

bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void random_bytes(std::span<std::uint8_t> out) {
  must(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1, "random");
}

SealKey random_key() {
  SealKey key{};
  random_bytes(key);
  return key;
}

std::string random_uuid() {
  std::array<std::uint8_t, 16> bytes{};
  random_bytes(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0fU) | 0x40U);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3fU) | 0x80U);
  const std::string hex = to_hex(bytes);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 0x0fU]);
  }
  return out;
}

namespace {
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
}  // namespace

std::optional<Digest> digest_from_hex(std::string_view text) {
  Digest digest{};
  if (text.size() != digest.size() * 2) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return digest;
}

}  // namespace calsync
