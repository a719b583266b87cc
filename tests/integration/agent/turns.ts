import { contentStream, type DomainEvent } from '@nova/shared/events/index';
import { v7 as uuid } from 'uuid';
import { expect } from 'vitest';
import { type AgentFixture, tenant } from './agent-fixture.ts';
import { repliesWith } from './scripted-model.ts';

export const contentId = uuid();
export const passage = {
  contentId,
  kind: 'document' as const,
  start: null,
  end: null,
  text: 'Open from nine to five.',
  score: 0.9,
};

export const metadata = { correlationId: 'test', causationId: 'test', actor: 'test' };

export async function register(agent: AgentFixture, id: string, owner = tenant) {
  const data: DomainEvent<'ContentRegistered'>['data'] = {
    filename: 'hours.txt',
    contentType: 'text/plain',
    kind: 'document',
    bytes: 10,
    objectKey: 'k',
    uploadExpiresAt: new Date().toISOString(),
  };
  const events = [{ type: 'ContentRegistered' as const, data }];
  const commit = { commitId: uuid(), occurredAt: new Date(), metadata, events };
  await agent.store.append(contentStream(owner, id), 0, commit);
}

/** A session with one completed turn. */
export async function oneTurn(agent: AgentFixture): Promise<string> {
  agent.model.script(repliesWith('Hello Ada.'));
  const { status, json } = await agent.post({ body: { message: 'My name is Ada.' } });
  expect(status).toBe(200);
  return json.sessionId;
}

export const turnsOf = async (agent: AgentFixture, sessionId: string) =>
  (await agent.history(sessionId)).filter(({ type }) => type === 'TurnCompleted');

export const sentText = (agent: AgentFixture) => JSON.stringify(agent.model.requests.at(-1)?.messages);
