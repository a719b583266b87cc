/**
 * Whether a value matches an IAM pattern: `*` stands for any characters, `?` for any one. The time is at most
 * proportional to the product of both lengths.
 */
export function matchesWildcard(pattern: string, value: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  for (let index = 0; index < value.length; ) {
    if (at < pattern.length && pattern[at] === '*') {
      star = at++;
      retry = index;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === value[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++retry;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** Parts of an ARN: `arn:partition:service:region:account:resource`, where only the last may hold colons. */
const arnParts = 6;

/** Matches two ARNs part by part, so that a `*` never reaches over a colon (IAM, "ARN condition operators"). */
export function matchesArn(pattern: string, value: string): boolean {
  const patterns = arnSegments(pattern);
  const values = arnSegments(value);
  return (
    patterns.length === values.length &&
    patterns.every((part, index) => matchesWildcard(part, values[index] ?? ''))
  );
}

function arnSegments(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, arnParts - 1), parts.slice(arnParts - 1).join(':')];
}
