#include "state/base/secret.hpp"

#include <openssl/crypto.h>

namespace calsync {
namespace {

// All of the storage, not only the text: a string that shrank or was moved from still holds the old bytes
// behind its end. resize() up to the capacity never allocates.
void wipe_text(std::string& text) {
  text.resize(text.capacity());
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace

// Swapped, not moved: a short string lives inside the object, so a move would copy it and leave the bytes
// where they were.
Secret::Secret(std::string value) {
  value_.swap(value);
  wipe_text(value);
}

Secret::Secret(Secret&& other) noexcept {
  value_.swap(other.value_);
  other.wipe();
}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    value_ = other.value_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    value_.swap(other.value_);
    other.wipe();
  }
  return *this;
}

Secret::~Secret() {
  wipe();
}

void Secret::wipe() {
  wipe_text(value_);
}

}  // namespace calsync
