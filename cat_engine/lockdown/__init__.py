"""What keeps a workstation to the exam: Safe Exam Browser, and how its proof is checked."""
