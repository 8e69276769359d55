"""The assistant that reads: what it may say about an answer, and how that is checked. No model is called here.

An answer is read in two passes. In the first one the model proposes a level of the rubric for each competency,
with quotes. Levels without a quote that is found in the answer are dropped. In the second pass it sees nothing but
the quotes that were found, and a level counts only if it comes to the same one.
"""
