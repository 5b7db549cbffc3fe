-- Who read this database before sees that it is another now; see migration 8.
UPDATE holdfast.hand_changes SET epoch = holdfast.draw_epoch()
