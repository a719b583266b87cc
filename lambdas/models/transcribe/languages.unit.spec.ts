import { describe, expect, it } from 'vitest';
import { isSpoken, refuseLanguage, transcribeCode } from './languages.ts';

describe('a language', () => {
  it('belongs to the speech model or to Amazon Transcribe', () => {
    for (const language of [undefined, 'en', 'en-US', 'hi-IN', 'pt-BR'])
      expect(isSpoken(language)).toBe(true);
    for (const language of ['ja', 'ja-JP', 'nl-NL']) {
      expect(isSpoken(language)).toBe(false);
      refuseLanguage(language);
    }
  });

  it('has a code of Amazon Transcribe: its own or that of the language', () => {
    expect(transcribeCode('ja')).toBe('ja-JP');
    expect(transcribeCode('JA-jp')).toBe('ja-JP');
    expect(transcribeCode('en-AU')).toBe('en-AU');
    expect(transcribeCode('en-NZ')).toBe('en-US');
    expect(transcribeCode('tlh')).toBeUndefined();
  });

  it('that neither supports is refused with the list of supported ones', () => {
    expect(() => refuseLanguage('tlh')).toThrow(/language: tlh is not supported; supported are en, fr, .*ja/);
  });
});
