import type { Tool } from '@aws-sdk/client-bedrock-runtime';
import { stem, words } from '../text/words.ts';

/** What a tool is for, as far as its name and description tell. */
export type Role = 'search' | 'list' | 'get' | 'act';

export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  readonly schema: unknown;
  readonly role: Role;
  /** Stems of its subject: `list_content` → content and its synonyms. */
  readonly nouns: ReadonlySet<string>;
  /** Stems of all words of its name. */
  readonly nameStems: readonly string[];
  /** Those that set it apart from other tools: `get_video_timeline` → timeline. */
  readonly ownStems: readonly string[];
}

const verbs: readonly (readonly [Role, RegExp])[] = [
  ['search', /^(?:search|find|query|retriev|lookup|recal|semant)/],
  ['list', /^(?:list|brows|catalog|enumer)/],
  ['get', /^(?:get|read|show|describ|status|fetch|check|view|inspect)/],
];

/** Names people use for one thing; a tool about one is about all. */
const synonyms = [
  [
    'content',
    'file',
    'document',
    'upload',
    'item',
    'media',
    'video',
    'audio',
    'record',
    'imag',
    'catalogu',
    'librari',
    'thing',
  ],
  ['job', 'task'],
];

/** The tools a request offers; built-in ones of a provider have no schema and are left out. */
export function readTools(tools: readonly Tool[] = []): OfferedTool[] {
  return tools.flatMap(({ toolSpec }) => {
    if (!toolSpec?.name) return [];
    const { name, description = '', inputSchema } = toolSpec;
    const nameStems = words(name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]/g, ' ')).map(stem);
    const role = roleOf(nameStems) ?? roleOf(words(description).map(stem).slice(0, 1)) ?? 'act';
    const ownStems = nameStems.filter((one) => !isVerb(one) && !synonyms.flat().includes(one));
    return [
      { name, description, schema: inputSchema?.json, role, nouns: nounsOf(nameStems), nameStems, ownStems },
    ];
  });
}

const roleOf = (stems: readonly string[]) =>
  verbs.find(([, verb]) => stems.some((one) => verb.test(one)))?.[0];

const isVerb = (stemmed: string) => roleOf([stemmed]) !== undefined || stemmed === 'start';

function nounsOf(nameStems: readonly string[]): Set<string> {
  const own = nameStems.filter((one) => !isVerb(one));
  return new Set(own.flatMap((one) => [one, ...(synonyms.find((group) => group.includes(one)) ?? [])]));
}
