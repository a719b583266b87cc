/**
 * Variables of AWS's ARN formats whose values contain slashes. Without them, `arn:…:s3:::${BucketName}` would also be the
 * format of an object's ARN.
 */
const withSlashes = /^(?:ObjectName|LogGroupName|RepositoryName|.*Path)$/;

/** One character, or one of the two names below. */
type Token = string;
const anyText = 'any text';
const anySegment = 'any text without a slash';

/** @param pattern an ARN of a policy, with `*` and `?` */
const tokensOfPattern = (pattern: string): Token[] =>
  [...pattern].map((letter) => (letter === '*' || letter === '?' ? anyText : letter));

/** @param format an ARN of AWS's table, with variables such as `${BucketName}` */
const tokensOfFormat = (format: string): Token[] =>
  format
    .split(/(\$\{\w+\})/)
    .flatMap((part) =>
      part.startsWith('${')
        ? [withSlashes.test(part.slice(2, -1)) ? anyText : anySegment]
        : tokensOfPattern(part),
    );

/** Whether some ARN of the format matches the pattern of a policy. */
export function coversFormat(pattern: string, format: string): boolean {
  const left = tokensOfPattern(pattern);
  const right = tokensOfFormat(format);
  const seen = new Set<string>();
  const meets = (i: number, j: number): boolean => {
    const key = `${i} ${j}`;
    if (seen.has(key)) return false;
    seen.add(key);
    const [a, b] = [left[i], right[j]];
    if (a === undefined && b === undefined) return true;
    // Either stands for nothing here, or for the other's next character.
    if (isAny(a) && (meets(i + 1, j) || (takes(a, b) && meets(i, j + 1)))) return true;
    if (isAny(b) && (meets(i, j + 1) || (takes(b, a) && meets(i + 1, j)))) return true;
    return a !== undefined && a === b && meets(i + 1, j + 1);
  };
  return meets(0, 0);
}

const isAny = (token: Token | undefined): token is Token => token === anyText || token === anySegment;
const takes = (any: Token, token: Token | undefined) =>
  token !== undefined && !(any === anySegment && token === '/');
