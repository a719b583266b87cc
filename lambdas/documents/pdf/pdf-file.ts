import type { getDocumentProxy } from 'unpdf';

/** A file and a page as PDF.js gives them. */
export type PdfFile = Awaited<ReturnType<typeof getDocumentProxy>>;
export type PdfPage = Awaited<ReturnType<PdfFile['getPage']>>;
