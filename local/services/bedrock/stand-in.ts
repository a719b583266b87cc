/** The marks of the stand-in in its answers. */

/** Name of the stand-in, in headers and in fields meant for programs. */
export const standInName = 'nova-local-stand-in';

/** The sentence that closes a reply meant for people. */
export const standInNote = '(Local stand-in: put together by rules, not by a model.)';
