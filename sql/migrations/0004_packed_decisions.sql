-- Version 4. `reply` and `events` are packed from here on, as common/message/packed.h says; rows that are
-- there keep their JSON. A version of its own, as a worker that knows no more than version 3 would
-- answer with the packed bytes: it does not start any more.

COMMENT ON COLUMN holdfast.decisions.reply IS 'the reply, packed; begins with a brace: its body as JSON';
COMMENT ON COLUMN holdfast.decisions.events IS 'the events, packed; begins with a brace: their bodies as JSON, by line';
