import { textOf } from '../terraform/values.ts';
import type { PlannedResource } from './resources.ts';

/** Describes an ARN, or a template that becomes one, in words. */
export type ArnWords = (text: string) => string;

/** The attribute that holds a resource's own ARN, when that is not `arn`. */
const ownArns: Readonly<Record<string, string>> = {
  aws_api_gateway_rest_api: 'execution_arn',
  aws_bedrock_guardrail: 'guardrail_arn',
  aws_s3vectors_index: 'index_arn',
  aws_s3vectors_vector_bucket: 'vector_bucket_arn',
};

/** Resources whose `arn` is that of another resource. */
const foreignArns = new Set(['aws_cloudwatch_event_target', 'aws_sns_topic_policy']);

const template = /^\$\{(?<address>[a-z0-9_]+\.[\w-]+)\.(?<attribute>\w+)\}(?<rest>.*)$/s;
const arn = /^arn:[^:]*:(?<service>[^:]*):(?<region>[^:]*):[^:]*:(?<rest>.+)$/s;

/** Words for the ARNs of a plan's resources, and a short form for all others. */
export function arnWords(resources: readonly PlannedResource[]): ArnWords {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const byArn = new Map(resources.flatMap(arnsOf));
  return (text) => {
    if (text === '*') return 'everything';
    const { address = '', attribute, rest = '' } = template.exec(text)?.groups ?? {};
    const templated = byAddress.get(address);
    if (templated) return within(templated, `${attribute === 'stream_arn' ? '/stream' : ''}${rest}`);
    const known = ownerOf(text, byArn);
    return known ? within(known.resource, known.rest) : foreign(text);
  };
}

function arnsOf(resource: PlannedResource): [string, PlannedResource][] {
  if (foreignArns.has(resource.type)) return [];
  return [resource.before, resource.after].flatMap((values): [string, PlannedResource][] => {
    const own = textOf(values, ownArns[resource.type] ?? 'arn');
    return own?.startsWith('arn:') ? [[own, resource]] : [];
  });
}

/** The resource whose ARN a text equals or starts with, up to a separator. */
function ownerOf(text: string, byArn: ReadonlyMap<string, PlannedResource>) {
  for (
    let end = text.length;
    end > 0;
    end = Math.max(text.lastIndexOf('/', end - 1), text.lastIndexOf(':', end - 1))
  ) {
    const resource = byArn.get(text.slice(0, end));
    if (resource) return { resource, rest: text.slice(end) };
  }
  return undefined;
}

/** A part of a resource. */
function within({ type, words }: PlannedResource, part: string): string {
  if (part === '') return words;
  if (part.startsWith('/stream')) return `stream of ${words}`;
  if (type === 'aws_s3_bucket')
    return part === '/*' ? `all objects of ${words}` : `objects ${part.slice(1)} of ${words}`;
  if (type === 'aws_cloudwatch_log_group') return `streams of ${words}`;
  return `${words} (${part})`;
}

/** An ARN outside the plan: its service, its name there, and whether it covers any region. */
function foreign(text: string): string {
  const { service, region, rest } = arn.exec(text)?.groups ?? {};
  if (!service || !rest) return text;
  return `${service} ${rest}${region === '*' ? ' in any region' : ''}`;
}
