// A secret value: cannot be printed, compared with ==, or serialised by accident; wiped when it goes away
// (P21).
#pragma once
#include <string>
#include <string_view>
#include <utility>

namespace calsync {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);  // the argument is wiped too
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  // The only way to the bytes; grep for reveal() to see every use. The view dies with the secret.
  [[nodiscard]] std::string_view reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  [[nodiscard]] std::size_t size() const { return value_.size(); }

 private:
  void wipe();
  std::string value_;
};

template <class Stream>
Stream& operator<<(Stream&, const Secret&) = delete;

}  // namespace calsync
