# One Kafka message (kcat -J) as one line for a person: full ce_type, key, subject, what it is about.
def pad($n): tostring | . + " " * ([1, $n - length] | max);
def short: tostring | gsub("[\\n\\r\\t]+"; " ") | if length > 44 then .[:43] + "…" else . end;
def header($name): .headers as $h | [range(0; $h | length; 2) | select($h[.] == $name) | $h[. + 1]] | first // "";
# What a value is about: the booking (or out-of-office entry, form …) and, in a few words, what it says.
def summary:
  [(.booking // {} | .title, .status, .start),
   (.ooo // {} | .user.email?, "\(.start // "?") to \(.end // "?")", .reason),
   (to_entries[] | select(.key != "booking" and .key != "ooo" and (.value | type) == "object")
     | .value | .name?, .formName?, .message?, .type?)]
  | map(select(type == "string" and . != "" and . != "? to ?") | short) | join(" · ");
"\(header("ce_type") | pad(39)) key \(.key | pad(23)) subject \(header("ce_subject") | pad(23)) \((.payload // "{}" | fromjson? // {}) | summary)"
