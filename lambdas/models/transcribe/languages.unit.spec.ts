import { describe, expect, it } from 'vitest';
import { isSpoken, refuseLanguage, transcribeCode } from './languages.ts';

describe('a language', () => {
  it('is the speech model’s own, or Amazon Transcribe’s', () => {
    for (const language of [undefined, 'en', 'en-US', 'hi-IN', 'pt-BR'])
      expect(isSpoken(language)).toBe(true);
    for (const language of ['ja', 'ja-JP', 'nl-NL']) {
      expect(isSpoken(language)).toBe(false);
      refuseLanguage(language);
    }
  });

  it('has a code at Amazon Transcribe, its own or that of the language', () => {
    expect(transcribeCode('ja')).toBe('ja-JP');
    expect(transcribeCode('JA-jp')).toBe('ja-JP');
    expect(transcribeCode('en-AU')).toBe('en-AU');
    expect(transcribeCode('en-NZ')).toBe('en-US');
    expect(transcribeCode('tlh')).toBeUndefined();
  });

  it('that nobody writes down is refused, with those that are', () => {
    expect(() => refuseLanguage('tlh')).toThrow(/language: tlh is not supported; supported are en, fr, .*ja/);
  });
});
