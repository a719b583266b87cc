import { deflateSync } from 'node:zlib';
import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../domain/errors.ts';
import { unlimited, type WorkBudget } from '../runtime/work-budget.ts';
import { lzw, page, pdf, runLengths } from '../testing/pdf.ts';
import { readParts } from '../testing/read-parts.ts';

async function read(
  body: string | Uint8Array,
  contentType: string,
  budget: WorkBudget = unlimited,
): Promise<string> {
  const { blocks } = await readParts(body, contentType, budget);
  // Close blocks as in a passage: what follows a heading, and rows and items among themselves.
  return blocks
    .map(({ kind, text }, number) => {
      const next = blocks[number + 1]?.kind;
      const isClose = kind === 'heading' || (kind === next && kind !== 'paragraph');
      return text + (next === undefined ? '' : isClose ? '\n' : '\n\n');
    })
    .join('');
}

const refusal = async (body: string | Uint8Array, contentType: string): Promise<DomainError> => {
  const error = await read(body, contentType).then(String, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DomainError);
  return error as DomainError;
};

describe('Markdown', () => {
  it('is read without its markup, headings with the text below them', async () => {
    const source = `---
# The *keeper*

She **lit** the [lamp](https://example.com/lamp "a lamp") at \`dusk\` & slept.

![A picture of the tower](tower.png)

- oil
- wicks
  - spare ones

> Mind the stairs.

| Year | Light |
| --- | --- |
| 1987 | electric |

<script>alert('no')</script>

\`\`\`
code stays
\`\`\`
`;
    const text = await read(source, 'text/markdown');

    expect(text).toContain('The keeper\nShe lit the lamp at dusk & slept.');
    for (const line of [
      'oil',
      'wicks',
      'spare ones',
      'Mind the stairs.',
      'Year, Light',
      '1987, electric',
      'code stays',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).not.toMatch(/https|\*\*|\]\(|alert|\| ---/);
  });

  it('longer than one parsing step is read to its end, once', async () => {
    const items = Array.from({ length: 20_000 }, (_, place) => `- **item** ${place}`).join('\n');
    const chapters = Array.from({ length: 2000 }, (_, place) => `## Chapter ${place}\n\nIt *begins* so.\n`);

    const text = await read(`${items}\n\n${chapters.join('\r\n')}`, 'text/markdown');

    expect(text.match(/item \d+/g)).toEqual(Array.from({ length: 20_000 }, (_, place) => `item ${place}`));
    expect(text.match(/Chapter \d+\nIt begins so\.(?=\n\n|$)/g)).toHaveLength(2000);
  });

  it('of deep nesting is read or refused', async () => {
    const outcome = await read(`${'> '.repeat(5000)}deep`, 'text/markdown').catch((error: unknown) => error);
    if (typeof outcome !== 'string') expect(outcome).toBeInstanceOf(DomainError);
  });
});

describe('HTML', () => {
  it('is read as a browser shows it', async () => {
    const text = await read(
      `<!doctype html><html><head><title>t</title><style>p{color:red}</style><script>steal()</script></head>
       <body><nav><a href="/home">Home</a></nav><h1>The Tower</h1><p>Built in 1871 &amp; lit&nbsp;by oil.</p>
       <ul><li>stairs</li><li>lamp</li></ul><a href="https://example.com">More</a><img src="x.png" alt="pic"></body></html>`,
      'text/html',
    );

    expect(text).toMatch(/The Tower\nBuilt in 1871 & lit.by oil\./);
    expect(text).toContain('stairs');
    expect(text).toContain('More');
    expect(text).not.toMatch(/steal|color|Home|example\.com|x\.png/);
  });

  it('is read to its end, with its blocks apart and its cells in order', async () => {
    const paragraphs = Array.from({ length: 30_000 }, (_, place) => `<p>Said <b>${place}</b>.</p>`).join('');
    const table =
      '<table><tr><th>Year</th><th>Light</th></tr><tr><td>1987</td><td>electric</td></tr></table>';

    const text = await read(`<pre>a  b\nc</pre>${table}${paragraphs}`, 'text/html');

    expect(text).toMatch(/^a {2}b\nc\n\nYear, Light\n1987, electric\n\nSaid 0\.\n\nSaid 1\./);
    expect(text).toMatch(/Said 29999\.$/);
  });

  it.each([
    ['deeply nested elements', `${'<div>'.repeat(100_000)}deep`],
    ['an attribute without an end', `<p title="${'x'.repeat(1_000_000)}">said</p>`],
    ['tags that never close', `said${'<b'.repeat(200_000)}`],
  ])('of %s is read in time', async (_, source) => {
    expect(await read(source, 'text/html')).not.toBe('');
  });
});

describe('a PDF', () => {
  it('is read page by page', async () => {
    const text = await read(
      pdf([page('The lighthouse stands.', 'It is tall.'), page('The keeper sleeps.')]),
      'application/pdf',
    );

    expect(text).toBe('The lighthouse stands. It is tall.\n\nThe keeper sleeps.');
  });

  it('without text is refused with a remedy', async () => {
    expect((await refusal(pdf([deflateSync('0 0 m')]), 'application/pdf')).message).toMatch(
      /no text: its pages are blank/,
    );
  });

  it('that is truncated or not a PDF is refused', async () => {
    const whole = pdf([page('The lighthouse stands.')]);
    expect((await refusal(whole.subarray(0, 60), 'application/pdf')).message).toMatch(/cannot be read/);
    expect((await refusal('%PDF-1.4 and no more', 'application/pdf')).message).toMatch(/cannot be read/);
  });

  it('that is protected by a password is refused with a remedy', async () => {
    const encrypted = `/Encrypt<</Filter/Standard/V 1/R 2/O(${'o'.repeat(32)})/U(${'u'.repeat(32)})/P -4>>/ID[(a)(a)]`;
    expect((await refusal(pdf([page('secret')], encrypted), 'application/pdf')).message).toMatch(
      /protected by a password/,
    );
  });

  it('that decompresses to too many bytes is refused before it is decompressed', async () => {
    const large = Buffer.alloc(limits.documentStreamBytes + 1, ' ');
    const before = process.memoryUsage().rss;

    for (const bomb of [
      deflateSync(large),
      deflateSync(deflateSync(large)),
      deflateSync(Buffer.alloc(600_000_000)),
    ]) {
      expect((await refusal(pdf([bomb]), 'application/pdf')).message).toMatch(/decompresses to more than/);
    }

    // The largest bomb itself was in memory while it was created.
    expect(process.memoryUsage().rss - before).toBeLessThan(1_000_000_000);
  });

  it('with streams that together decompress to too many bytes is refused', async () => {
    const stream = deflateSync(Buffer.alloc(limits.documentStreamBytes, ' '));
    const streams = Array<Buffer>(limits.documentUnpackedBytes / limits.documentStreamBytes + 1).fill(stream);

    const { message } = await refusal(pdf(streams), 'application/pdf');

    expect(message).toMatch(/decompresses to more than \d+ bytes in all/);
  });

  it('with the names of compression filters in its text is read', async () => {
    const text = await read(pdf([page('LZWDecode and RunLengthDecode are filters')]), 'application/pdf');

    expect(text).toContain('LZWDecode');
  });

  it.each([
    ['LZWDecode', lzw],
    ['#4CZWDecode', lzw],
    ['RunLengthDecode', runLengths],
    ['Run#4cengthDecod#65', runLengths],
  ])('compressed by %s is read', async (filter, packed) => {
    const file = pdf([packed('BT /F1 12 Tf 72 720 Td (The keeper sleeps.) Tj ET')]).toString('latin1');
    const text = await read(Buffer.from(file.replaceAll('FlateDecode', filter), 'latin1'), 'application/pdf');

    expect(text).toBe('The keeper sleeps.');
  });
});

describe('any document', () => {
  it('that is not UTF-8 is refused', async () => {
    for (const type of ['text/plain', 'text/markdown', 'text/html']) {
      expect((await refusal(Buffer.from([0x66, 0xff, 0xfe]), type)).message).toMatch(
        /not UTF-8 text, and its encoding cannot be told/,
      );
    }
  });

  it('of another type is refused with the accepted types', async () => {
    expect((await refusal('x', 'image/png')).message).toMatch(
      /Documents are text\/plain, text\/markdown, text\/html, application\/pdf/,
    );
  });
});

describe('a document', () => {
  it.each([
    ['text/markdown', 'a\n'.repeat(100_000)],
    ['text/html', '<p>a'.repeat(100_000)],
    ['application/pdf', pdf(Array.from({ length: 20 }, () => page('The keeper sleeps.')))],
  ])('of %s that takes too long is refused, not read by halves', async (contentType, body) => {
    let looks = 0;
    const budget = () => {
      looks += 1;
      if (looks > 5) throw new DomainError('unsupported-media', 'too long');
    };

    await expect(read(body, contentType, budget)).rejects.toThrow('too long');
  });
});

describe('Markdown of hostile length', () => {
  it('keeps its text', async () => {
    const text = await read('_a'.repeat(131_072), 'text/markdown');

    expect(text.replaceAll(/[\s_]/g, '')).toBe('a'.repeat(131_072));
  });

  it('keeps a block of code that is longer than one parsing step as code', async () => {
    const lines = Array.from({ length: 5000 }, (_, place) => `<line ${place}> *stays*`).join('\n');

    const text = await read(`~~~text\n${lines}\n~~~\n\nThe *end*.`, 'text/markdown');

    expect(text.match(/<line \d+> \*stays\*/g)).toHaveLength(5000);
    expect(text).toMatch(/The end\.\s*$/);
  });
});
