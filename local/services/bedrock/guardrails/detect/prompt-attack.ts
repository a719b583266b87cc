/**
 * Attempts to give orders to the reader of a text, by tell-tale phrases: in a user's message, or in a document that an
 * agent reads. A model judges meaning; these are the forms that are in every list of such attacks.
 */

const dropping = '(?:ignore|disregard|forget|override)';
const any = '(?:all |any |every |each |of |the |your |my |these |those |safety |system )*';
const earlier = '(?:previous|prior|above|earlier|preceding|system|safety|initial|original)';
const orders = '(?:instructions?|prompts?|rules?|messages?|guidelines?|directives?|orders|polic(?:y|ies))';
const pattern = (...forms: readonly string[]) =>
  new RegExp(forms.map((form) => `(?:${form})`).join('|'), 'imu');

/** Orders to drop earlier instructions, or to act behind the user's back. */
export const surely = pattern(
  `\\b${dropping} ${any}${earlier}(?: \\w+)? ?${orders}\\b`,
  `\\b${dropping} ${any}${orders}(?: \\w+)? (?:above|before|so far)\\b`,
  '\\bas (?:the|an) (?:ai|assistant|agent|model)(?: \\w+)?,? you (?:must|shall|have to|are required to)\\b',
  "\\b(?:do not|don[’']t|never) (?:tell|inform|warn|alert|mention (?:this|it) to) (?:the )?user\\b",
  '\\bignorier(?:e|en)\\b.{0,20}\\b(?:vorherigen|bisherigen|obigen|früheren) (?:Anweisungen|Anleitungen|Regeln)\\b',
  '\\bignor(?:e|ez)\\b.{0,20}\\b(?:instructions|consignes|règles) (?:précédentes|antérieures|ci-dessus)',
  '\\bignora\\b.{0,20}\\b(?:instrucciones|reglas|istruzioni|regole) (?:anteriores|previas|precedenti)\\b',
  '(?:これまで|以前|上記|前)の(?:すべての|全ての)?(?:指示|命令|ルール)を(?:すべて|全て)?(?:無視|忘れ)',
);

/** Requests for the hidden prompt, claims that the reader has another role now, and forged marks of another role. */
export const likely = pattern(
  '\\b(?:reveal|print|show|repeat|output|tell me) (?:me )?(?:your|the) (?:entire |full |hidden |exact )?(?:system prompt|system message|hidden instructions|initial instructions)\\b',
  '\\byou are now (?:dan|in (?:developer|maintenance|debug|god) mode|unrestricted|jailbroken|free of)\\b',
  '\\bdo anything now\\b',
  '\\bpretend (?:that )?you have no (?:rules|restrictions|limits|guidelines)\\b',
  '</?(?:system|assistant|im_start|im_end)>',
  '<\\|(?:system|assistant|im_start|im_end)\\|>',
  '\\[/?INST\\]',
  '^#{1,6} ?(?:system|assistant)\\b ?:',
  '^(?:system|assistant): ?(?:new |updated )?(?:instructions?|rules?|directive)\\b',
  '\\bnew instructions for (?:the |you, )?(?:ai|assistant|agent|model)\\b',
  `\\byour (?:system prompt|${orders}) (?:is|are|has been|have been) (?:replaced|changed|updated)\\b`,
);
