#include "state/base/secret.hpp"

#include <openssl/crypto.h>

namespace calsync {

Secret::Secret(Secret&& other) noexcept : value_(other.value_) { other.wipe(); }  // a copy: short strings live inside

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
    value_ = other.value_;
    other.wipe();
  }
  return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() {
  OPENSSL_cleanse(value_.data(), value_.size());
  value_.clear();
}

}  // namespace calsync
