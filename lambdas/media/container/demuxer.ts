/** The readers of the container library. Imported through this file, the bundle holds these exports only. */
export { CustomSource, EncodedPacketSink, Input, MATROSKA, MP4, QTFF, WEBM } from 'mediabunny';
