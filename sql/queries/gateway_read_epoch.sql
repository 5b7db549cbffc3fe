SELECT epoch FROM holdfast.hand_changes
