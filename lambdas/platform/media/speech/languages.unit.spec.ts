import { describe, expect, it } from 'vitest';
import { refuseLanguage } from './languages.ts';

describe('refuseLanguage', () => {
  it('lets through what the model speaks, and no language at all', () => {
    for (const language of [undefined, 'en', 'en-US', 'hi-IN', 'pt-BR']) refuseLanguage(language);
  });

  it('names the language and those it could be', () => {
    expect(() => refuseLanguage('ja-JP')).toThrow(
      'language: ja-JP is not supported yet; supported are en, fr, it, de, es, pt, hi.',
    );
  });
});
