/**
 * Finds personal data with a distinctive format. Names, addresses and ages need a model and are not found. Repetitions
 * in the patterns are bounded or start at a boundary, so the time taken grows no faster than the text.
 */

interface Detector {
  readonly pattern: RegExp;
  /** A check the pattern cannot make. */
  readonly holds?: (match: string) => boolean;
}

const detectors: Readonly<Record<string, Detector>> = {
  EMAIL: {
    pattern:
      /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,8}\.\p{L}{2,24}/gu,
  },
  PHONE: {
    pattern:
      /(?<![\w.])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\)[ .-]?)?\d{2,4}[ .-]\d{3,4}(?:[ .-]\d{3,4})?(?![\w-])/gu,
  },
  URL: { pattern: /\bhttps?:\/\/[^\s<>"']+/gu },
  IP_ADDRESS: {
    pattern: /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/gu,
  },
  MAC_ADDRESS: { pattern: /\b[\dA-F]{2}(?:[:-][\dA-F]{2}){5}\b/giu },
  CREDIT_DEBIT_CARD_NUMBER: { pattern: /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/gu, holds: passesLuhn },
  CREDIT_DEBIT_CARD_CVV: {
    pattern: /(?<=\b(?:cvv2?|cvc2?|security code)\b\W{0,3}(?:is\W{1,2})?)\d{3,4}\b/giu,
  },
  CREDIT_DEBIT_CARD_EXPIRY: {
    pattern: /(?<=\b(?:exp(?:iry|ires|iration)?(?: date)?)\b\W{0,3})\d{1,2}\/\d{2,4}\b/giu,
  },
  PIN: { pattern: /(?<=\bpin\b(?: code)?\W{0,3}(?:is\W{1,2})?)\d{4,8}\b/giu },
  PASSWORD: { pattern: /(?<=\b(?:password|passwd|pwd|passphrase)\b\s{0,3}(?:is\b|[:=])\s{0,3})\S+/giu },
  USERNAME: { pattern: /(?<=\b(?:user ?name|login)\b\s{0,3}(?:is\b|[:=])\s{0,3})\S+/giu },
  AWS_ACCESS_KEY: { pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/gu },
  AWS_SECRET_KEY: { pattern: /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/gu, holds: looksRandom },
  US_SOCIAL_SECURITY_NUMBER: { pattern: /\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b/gu },
  INTERNATIONAL_BANK_ACCOUNT_NUMBER: {
    pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/gu,
    holds: passesIban,
  },
  SWIFT_CODE: {
    pattern: /(?<=\b(?:swift|bic)\b(?: code)?\W{0,3}(?:is\W{1,2})?)[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b/giu,
  },
};

/** Whether the stand-in can find such an entity at all. */
export const canDetect = (type: string) => Object.hasOwn(detectors, type);

/** Ids are in most answers, and one in a thousand holds digits that would pass for a card's. */
const uuid = /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/giu;

/** What a text holds of one type of entity, as it stands there. An id (UUID) is no one's data. */
export function findPii(type: string, text: string): string[] {
  const detector = detectors[type];
  if (!detector) return [];
  return [...text.replaceAll(uuid, ' ').matchAll(detector.pattern)]
    .map(([match]) => match)
    .filter((match) => detector.holds?.(match) ?? true);
}

/** ISO/IEC 7812: every second digit from the right doubled, the sum of digits a multiple of ten. */
function passesLuhn(number: string): boolean {
  const digits = [...number.replace(/\D/g, '')].reverse().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** ISO 13616: country and check digits moved to the end, letters as numbers, remainder 1 by 97. */
function passesIban(number: string): boolean {
  const compact = number.replaceAll(' ', '');
  const digits = [...`${compact.slice(4)}${compact.slice(0, 4)}`]
    .map((one) => Number.parseInt(one, 36))
    .join('');
  return BigInt(digits) % 97n === 1n;
}

/** A secret key mixes cases and digits; a path or a hash of 40 hexadecimal digits does not. */
function looksRandom(text: string): boolean {
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
}
