/** The readers of the container library. Imported through this file, the bundle holds these exports only. */
export { CustomSource, EncodedPacketSink, Input, MP4, OGG, QTFF } from 'mediabunny';
