/** The small DOM that comes with Readability, which has types for the rest only. */
declare module '@mozilla/readability/JSDOMParser.js' {
  export default class JSDOMParser {
    parse(markup: string, url: string): Document;
  }
}
