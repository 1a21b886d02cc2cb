# One Kafka message (kcat -J) as one line for a person: full ce_type, key, subject, what it is about.
def pad($n): tostring | . + " " * ([1, $n - length] | max);
def short: tostring | gsub("[\\n\\r\\t]+"; " ") | if length > 44 then .[:43] + "…" else . end;
def header($name): .headers as $h | [range(0; $h | length; 2) | select($h[.] == $name) | $h[. + 1]] | first // "";
# What a value is about: the booking (or out-of-office entry, form …) and, in a few words, what it says.
def summary:
  [(.booking // {} | .title, .status, .start,
     ([.attendees[]? | select(.absent == true)] | select(length > 0) | "\(length) absent")),
   (.ooo // {} | .user.email?, "\(.start // "?") to \(.end // "?")", .reason),
   (.form // {} | .name),
   (.detail // {} | (.recording? | strings | "recording " + .), .message?, .hostEmail?),
   (.system // {} | .error.message?, .credential.appId?, .booking.title?, .report.additionalNotes?,
     (.. | objects | .name?, .triggerEvent?))]
  | map(select(type == "string" and . != "" and . != "? to ?") | short) | join(" · ");
"\(header("ce_type") | pad(29)) by \(header("ce_origin") | pad(8))key \(.key | pad(23)) subject \(header("ce_subject") | pad(23)) \((.payload // "{}" | fromjson? // {}) | summary)"
