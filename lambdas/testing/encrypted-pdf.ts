import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { pdfFile } from './pdf.ts';

const sha256 = (...parts: readonly Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const hex = (bytes: Buffer) => `<${bytes.toString('hex')}>`;

/**
 * A PDF file of one page that opens without a password, encrypted as Acrobat 9 did it. Source: Adobe Supplement to ISO 32000,
 * ExtensionLevel 3, §3.5.2: the key of the file is encrypted by one that is made of the empty password.
 * @param content of the page, compressed
 */
export function encryptedPdf(content: Buffer): Buffer {
  const [key, validation, salt] = [randomBytes(32), randomBytes(8), randomBytes(8)];
  const entry = Buffer.concat([sha256(validation), validation, salt]);
  const wrap = createCipheriv('aes-256-cbc', sha256(salt), Buffer.alloc(16)).setAutoPadding(false);
  const wrapped = Buffer.concat([wrap.update(key), wrap.final()]);
  const start = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', key, start);
  const stream = Buffer.concat([start, cipher.update(content), cipher.final()]);
  const passwords = `/U${hex(entry)}/UE${hex(wrapped)}/O${hex(entry)}/OE${hex(wrapped)}/Perms${hex(randomBytes(16))}`;
  const filter = '/CF<</StdCF<</CFM/AESV3/AuthEvent/DocOpen/Length 32>>>>/StmF/StdCF/StrF/StdCF';
  const id = hex(randomBytes(16));
  return pdfFile(
    [
      '<</Type/Catalog/Pages 2 0 R>>',
      '<</Type/Pages/Kids[4 0 R]/Count 1>>',
      '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>',
      Buffer.concat([
        Buffer.from(`<</Filter/FlateDecode/Length ${stream.length}>>\nstream\n`),
        stream,
        Buffer.from('\nendstream'),
      ]),
    ],
    `/ID[${id}${id}]/Encrypt<</Filter/Standard/V 5/R 5/Length 256/P -4${passwords}${filter}>>`,
  );
}
