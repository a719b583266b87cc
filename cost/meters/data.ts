import { tableNames } from '@nova/shared/tables';
import { vectorIndex } from '@nova/shared/vectors';
import { blockOf, type Line, line, type Meter, nameIn, numberIn } from '../line.ts';
import { hoursPerMonth } from '../prices.ts';
import type { Usage } from '../usage.ts';

export const table: Meter = (resource, usage) => {
  const name = nameIn(resource.values.name, tableNames);
  const { address } = resource;
  const gb = (name && usage.tableGb[name]) ?? 0;
  const recovery = blockOf(resource.values.point_in_time_recovery) as { enabled?: boolean } | undefined;
  return [
    ...(resource.values.billing_mode === 'PAY_PER_REQUEST'
      ? [
          line(address, 'writes', (name && usage.writes[name]) ?? 0, 'tableWrite'),
          line(address, 'reads', (name && usage.reads[name]) ?? 0, 'tableRead'),
        ]
      : [
          line(
            address,
            'writes provisioned',
            numberIn(resource, 'write_capacity', 5) * hoursPerMonth,
            'tableWriteHour',
            { fixed: true },
          ),
          line(
            address,
            'reads provisioned',
            numberIn(resource, 'read_capacity', 5) * hoursPerMonth,
            'tableReadHour',
            { fixed: true },
          ),
        ]),
    line(address, 'kept', gb, 'tableGb'),
    ...(recovery?.enabled ? [line(address, 'backups kept', gb, 'tableBackupGb')] : []),
  ];
};

/** Gigabytes of an access log's line, and the months for which production keeps one. */
const [logLineGb, monthsKept] = [6e-7, 3];

/** S3 delivers access logs free of charge; their storage is billed. Source: S3 guide, "Logging requests with server access logging". */
export const accessLogLine = (address: string, { objectPuts, objectGets }: Usage): Line =>
  line(address, 'access logs kept', (objectPuts + objectGets) * logLineGb * monthsKept, 'bucketGb');

/** Buckets of failures have no usage: there should be none. */
export const bucket: Meter = ({ address, values }, usage) => {
  if (String(values.bucket).includes('-access-logs-')) return [accessLogLine(address, usage)];
  if (!String(values.bucket).includes('-content-')) return [line(address, 'kept', 0, 'bucketGb')];
  return [
    line(address, 'kept', usage.objectGb, 'bucketGb'),
    line(address, 'objects written', usage.objectPuts, 'bucketPut'),
    line(address, 'objects read', usage.objectGets, 'bucketGet'),
  ];
};

const bytesPerGb = 1024 ** 3;
/** The numbers of a vector and, on average, its passage and metadata. */
const vectorBytes = vectorIndex.dimension * 4 + 1500;

export const vectors: Meter = ({ address }, usage): Line[] => {
  const gb = (usage.vectors * vectorBytes) / bytesPerGb;
  return [
    line(address, 'vectors kept', gb, 'vectorGb'),
    line(address, 'vectors written', gb, 'vectorPutGb'),
    line(address, 'queries', usage.vectorQueries, 'vectorQuery', {
      note: 'on large indexes, plus a price by the data scanned',
    }),
  ];
};

/** Gigabytes of an image: AWS's base for Node.js, compressed, and the bundle. Our own estimate. */
const imageGb = 0.2;

export const images: Meter = ({ address }) => [
  line(address, 'an image kept', imageGb, 'imageGb', {
    fixed: true,
    free: true,
    note: 'free until an image is pushed, then about $0.02; later images share its layers',
  }),
];
