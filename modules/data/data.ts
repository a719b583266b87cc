import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { AccessLogs } from './access-logs.ts';
import { ContentBucket } from './content-bucket.ts';
import { FailureBucket } from './failure-bucket.ts';
import { Tables } from './tables.ts';
import { VectorStore } from './vector-store.ts';

export interface DataProps {
  readonly settings: Settings;
  readonly accountId: string;
}

/** All stored data: tables, content, vectors and failed records. */
export class Data extends Construct {
  readonly tables: Tables;
  readonly content: ContentBucket;
  readonly failures: FailureBucket;
  readonly vectors: VectorStore;

  constructor(scope: Construct, id: string, props: DataProps) {
    super(scope, id);
    this.tables = new Tables(this, 'tables', props.settings);
    this.content = new ContentBucket(this, 'content', props);
    this.failures = new FailureBucket(this, 'failures', props);
    if (props.settings.accessLogs) {
      const logged = { content: this.content, failures: this.failures };
      new AccessLogs(this, 'access-logs', { ...props, logged });
    }
    this.vectors = new VectorStore(this, 'vectors', props.settings);
  }
}
