"""The one place through which a model is called. A step states a purpose and gets a typed reply.

purposes    what a model is called for: under which name that is missing, and how long a call may take
routing     which model of the deployment is asked, from the registry, and why
question    what is asked: instructions, texts and pictures, the tool that must be called, corrections
asking      asks a question and gives the reply with what it cost
batch       the same questions as lines of a batch job, and the replies in its output
batch_jobs  such jobs, submitted and looked at
embedding   a text in, a vector out
joint_embedding  texts and pictures in, vectors of one space out
guardrails  a text that a model wrote, held to a guardrail
spending    what a call costs, counted once, under the names of the price book
dialects    what model families spell differently; nothing outside this room sees it

A call that answers later (StartAsyncInvoke) belongs beside ``batch``: its request is a dialect's too, its job
is awaited by the state machine, and it is counted in ``spending`` where its output is read.
"""
