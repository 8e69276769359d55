"""What each kind of person may do: the candidate's intake, campaigns and invitations, notices to recruiters."""
